---What a test file finds beside its TestCases: busted's words. Every function may return a Deferred or wait with defer.await.
local globals = {}

---A block of tests; blocks stand in blocks.
---@param name string
---@param f fun() calls `it` and the like
function globals.describe(name, f) end

---As describe.
---@param name string
---@param f fun()
function globals.context(name, f) end

---A test.
---@param name string
---@param f? fun(case: TestCase) without one the test is pending
function globals.it(name, f) end

---As it.
---@param name string
---@param f? fun(case: TestCase)
function globals.spec(name, f) end

---As it.
---@param name string
---@param f? fun(case: TestCase)
function globals.test(name, f) end

---A test that is not run; inside a test, ends it as skipped.
---@param name? string
---@param reason? string|function
function globals.pending(name, reason) end

---Runs before each test of the block and of those in it.
---@param f fun(case: TestCase)
function globals.before_each(f) end

---Runs after each test of the block and of those in it, whatever came of the test.
---@param f fun(case: TestCase)
function globals.after_each(f) end

---Runs once, before the block's first test.
---@param f fun()
function globals.setup(f) end

---Runs once, after the block's last test.
---@param f fun()
function globals.teardown(f) end

---Has a function called after the test that runs.
---@param f fun()
function globals.finally(f) end

return globals
