/**
 * Imported before every other module. An older Node fails inside a library, with a stack that names neither
 * Node nor its version.
 */
const [MAJOR_MIN, MINOR_MIN] = [24, 11];

/** EX_CONFIG of sysexits.h. Not from `errors.ts`: this module imports nothing. */
const EXIT_CONFIG = 78;

/** Why this Node is too old; null if it is not. */
export function findNodeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  if (major > MAJOR_MIN || (major === MAJOR_MIN && minor >= MINOR_MIN)) return null;
  return `Node ${version} is too old: install Node ${MAJOR_MIN}.${MINOR_MIN} or newer.`;
}

const problem = findNodeProblem(process.versions.node);
if (problem) {
  console.error(problem);
  process.exit(EXIT_CONFIG);
}
