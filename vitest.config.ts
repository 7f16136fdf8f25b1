import { join } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Begins with the file that takes longest, which is too small to be taken for long: it runs the suites beside it. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLongest = ({ moduleId }: TestSpecification) => moduleId.endsWith("/aws/table/table.test.ts");
    const sorted = await super.sort(files);
    return [...sorted.filter(isLongest), ...sorted.filter((file) => !isLongest(file))];
  }
}

export default defineConfig({
  test: {
    // Files share a process: starting one for each takes longer than most of them run.
    isolate: false,
    // Compiled code of packages is kept from run to run; loading aws-cdk-lib takes half the time by that.
    env: { NODE_COMPILE_CACHE: join(import.meta.dirname, "node_modules/.cache/vestibule-tests") },
    sequence: { sequencer: LongestFirst },
    // One more than a small machine has processors: the tests wait about as often as they compute.
    maxWorkers: 3,
    // Only what hangs may fail for its time: a busy machine takes many times as long as an idle one.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    projects: [
      {
        extends: true,
        test: {
          name: "all",
          include: ["test/**/*.test.ts"],
          // Suites that take long or need more than Node have scripts of their own in package.json.
          exclude: ["slow", "browser", "sam", "runtime", "policies", "template", "ministack"].map(
            (suite) => `test/${suite}/**`,
          ),
        },
      },
      {
        // The laws that read headers, cookies or bodies hold for events in the shape of `sam local` too.
        extends: true,
        test: {
          name: "events of sam local",
          include: ["test/contracts/{body-laws,header-laws}.test.ts"],
          env: { EVENTS_OF: "sam local" },
        },
      },
    ],
  },
});
