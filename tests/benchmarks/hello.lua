-- The start-up of the peers' comparison.
-- run:    luareactor tests/benchmarks/hello.lua
print("hello world")
