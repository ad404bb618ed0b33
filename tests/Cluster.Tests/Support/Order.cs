using Xunit.Abstractions;
using Xunit.Sdk;

namespace Conference.Cluster.Tests.Support;

/// <summary>By name: the tests of the scenario are steps of one story, and their names begin with its numbers.</summary>
public sealed class Order : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases) where TTestCase : ITestCase =>
        testCases.OrderBy(test => test.TestMethod.Method.Name, StringComparer.Ordinal);
}
