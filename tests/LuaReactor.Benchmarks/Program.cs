using BenchmarkDotNet.Running;
using LuaReactor.Benchmarks;

var summaries = BenchmarkSwitcher.FromAssembly(typeof(Settings).Assembly).Run(args, new Settings()).ToList();
return summaries.Exists(summary => summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success)) ? 1 : 0;
