import { z } from 'zod'

const Path = z
  .string()
  .regex(/^(?!\/)(?!.*(?:^|\/)\.\.(?:\/|$))[^\0]*$/, 'a path inside the repository')

/** A command that says by its exit code whether a change works. It has the change's files, and no network. */
const FunctionalTests = z.strictObject({
  command: z.array(z.string().min(1)).min(1),
  /** Of its own time; then it has failed. */
  seconds: z.int().positive().max(3600).default(300),
})

const Local = z.strictObject({
  kind: z.literal('local'),
  /** A bare repository or one with a working tree, relative to the configuration's folder. */
  repository: z.string().min(1).default('.'),
})

const Variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'the name of an environment variable, never a secret')

export const GitHubForgeSettings = z.strictObject({
  kind: z.literal('github'),
  repository: z.string().regex(/^[\w.-]+\/[\w.-]+$/, 'owner/name'),
  /** Of GitHub Enterprise Server: `https://HOST/api/v3`. */
  apiUrl: z.url({ protocol: /^https?$/ }).default('https://api.github.com'),
  /** Where it is cloned from; default: what the API says. */
  cloneUrl: z.string().optional(),
  /** Names of variables that hold secrets. A token, or an App's key with `app`. */
  tokenEnv: Variable.optional(),
  app: z
    .strictObject({
      id: z.string().min(1),
      installation: z.string().min(1),
      privateKeyEnv: Variable,
    })
    .optional(),
  webhookSecretEnv: Variable.optional(),
  /** Mail address, or id, of the account here by the login there. Nobody else counts as somebody. */
  people: z.record(z.string(), z.string()).default({}),
  /** The check runs that are the functional tests; all that others made when left out. */
  functionalChecks: z.array(z.string()).optional(),
  /** Whether the branch has a merge queue, which tests what it merges: then nothing is merged but by it. */
  mergeQueue: z.boolean().optional(),
})
export type GitHubForgeSettings = z.infer<typeof GitHubForgeSettings>

/** `changes` in the configuration of a server: where changes come from, and what each must pass. */
export const ChangeSettings = z.strictObject({
  forge: z.discriminatedUnion('kind', [Local, GitHubForgeSettings]).prefault({ kind: 'local' }),
  /** The protected branch: what is merged there may be deployed. */
  branch: z.string().min(1).default('main'),
  /** Of the flow in the repository; empty: its root. */
  folder: Path.default(''),
  /**
   * Left out: that the flow loads, and `node --test` where its folder has `tests/`. Of GitHub, its own checks; and
   * this, too, on what would be merged, where it is given.
   */
  functional: FunctionalTests.optional(),
  /**
   * Files that decide how a change is judged, as globs in the repository: to change one needs a custodian, and
   * the change is judged by the old one.
   */
  policy: z
    .array(z.string().min(1))
    .default(['**/proofloop.config.*', '**/evaluation.*', '.github/**', '**/datasets/**']),
  /** More commits than so many are not looked at one by one for who wrote them. */
  mostCommits: z.int().positive().max(1000).default(250),
})
export type ChangeSettings = z.infer<typeof ChangeSettings>
