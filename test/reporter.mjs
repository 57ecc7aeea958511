// Ends every run with one line that people and machines read alike, and says why each skipped test was skipped:
// a skipped test carries its reason in its title, after "skipped:".
export default class ClosingLine {
  onRunComplete(_contexts, results) {
    const skipped = results.testResults.flatMap((file) =>
      file.testResults.filter((test) => test.status === 'pending' || test.status === 'todo').map((test) => test.fullName),
    );
    const broken = results.numRuntimeErrorTestSuites;
    const lines = skipped.map((name) => `skipped: ${name}`);
    lines.push(
      `${results.numPassedTests} passed, ${results.numFailedTests + broken} failed, ${results.numPendingTests + results.numTodoTests} skipped`,
    );
    process.stdout.write(`${lines.join('\n')}\n`);
  }
}
