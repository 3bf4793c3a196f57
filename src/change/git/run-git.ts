import { UserFacingError } from '../../lib/errors.ts'
import { timeLimit } from '../../lib/time-limit.ts'
import { codeOf } from '../../lib/write-whole-file.ts'
import { type GitProcess, startGit } from './start-git.ts'

export type GitCommand = {
  args: readonly string[]
  /** Beside what `gitEnvironment` sets. */
  environment?: Readonly<Record<string, string>>
  /** Where it runs; default: the root, so that nothing is found by looking around. */
  folder?: string
  input?: string | Uint8Array
  /** Instead of an input: says something, waits for what git prints, and says more. */
  talk?: Talk
  /** Bytes that it may print; more end it. Default 64 MB. */
  most?: number
  /** Milliseconds; default two minutes. */
  time?: number
  /** Exit codes that are answers; default 0 only. */
  answers?: readonly number[]
  signal?: AbortSignal
}

type Talk = (git: {
  say: (text: string) => void
  /** @returns false when git has ended without printing it */
  hears: (text: string) => Promise<boolean>
}) => Promise<void>

export type GitAnswer = { code: number; stdout: Buffer; stderr: string }

/** Settings that come before those of any repository: what git can be made to run is nothing. */
const settings: [key: string, value: string][] = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.untrackedCache', 'false'],
  ['core.attributesFile', '/dev/null'],
  ['core.excludesFile', '/dev/null'],
  ['core.sshCommand', 'false'],
  ['core.gitProxy', ''],
  ['core.askPass', 'false'],
  ['core.alternateRefsCommand', 'false'],
  ['core.editor', 'false'],
  ['core.pager', 'cat'],
  ['core.quotePath', 'false'],
  ['core.filesRefLockTimeout', '5000'],
  ['core.packedRefsTimeout', '5000'],
  ['credential.helper', ''],
  ['diff.external', ''],
  ['gpg.program', 'false'],
  ['commit.gpgSign', 'false'],
  ['log.showSignature', 'false'],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['uploadpack.packObjectsHook', 'false'],
  ['submodule.recurse', 'false'],
  ['fetch.recurseSubmodules', 'false'],
]

/**
 * Of every git process here. It sees nothing of the environment but where programs are; no configuration of
 * the machine or of a user; it asks nobody for a password; it reads no other objects in place of those named,
 * and fetches none that are missing.
 * @param protocols by which it may talk to another repository
 * @param safe the one folder that may belong to somebody else
 */
export function gitEnvironment({
  protocols = [],
  safe,
  more = [],
}: {
  protocols?: readonly string[]
  safe?: string
  more?: readonly [key: string, value: string][]
} = {}): Record<string, string> {
  const all = [...settings, ...(safe === undefined ? [] : [['safe.directory', safe]]), ...more]
  const pairs = all.flatMap(([key = '', value = ''], i) => [
    [`GIT_CONFIG_KEY_${i}`, key],
    [`GIT_CONFIG_VALUE_${i}`, value],
  ])
  return {
    PATH: process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin',
    HOME: '/nonexistent',
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_CONFIG_COUNT: String(all.length),
    ...Object.fromEntries(pairs),
    GIT_ATTR_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_NO_LAZY_FETCH: '1',
    // None at all would be read as git's own list.
    GIT_ALLOW_PROTOCOL: protocols.length === 0 ? 'none' : protocols.join(':'),
    GIT_AUTHOR_NAME: 'Proofloop',
    GIT_AUTHOR_EMAIL: 'proofloop@localhost',
    GIT_COMMITTER_NAME: 'Proofloop',
    GIT_COMMITTER_EMAIL: 'proofloop@localhost',
  }
}

const megabyte = 2 ** 20

/** @throws UserFacingError git-missing, git-failed; the signal's reason */
export async function runGit(command: GitCommand): Promise<GitAnswer> {
  const { args, answers = [0], most = 64 * megabyte, time = 120_000 } = command
  const verb = verbOf(args)
  const late = (): Error =>
    failure(`git ${verb} was ended, since it took more than ${Math.round(time / 1000)} seconds.`)
  using limit = timeLimit(time, late)
  const signal = AbortSignal.any([limit.signal, ...(command.signal ? [command.signal] : [])])
  signal.throwIfAborted()
  const answer = await answerOf(command, { most, signal })
  if (answers.includes(answer.code)) return answer
  throw failure(`git ${verb} failed (exit code ${answer.code}). The log of the server has more.`, {
    cause: new Error(answer.stderr),
  })
}

function answerOf(
  { args, environment = gitEnvironment(), folder = '/', input = '', talk }: GitCommand,
  { most, signal }: { most: number; signal: AbortSignal },
): Promise<GitAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<GitAnswer>()
  const git = startGit(args, { folder, environment })
  const end = (error: unknown): void => {
    reject(error)
    git.end()
  }
  const abort = (): void => end(signal.reason)
  signal.addEventListener('abort', abort)
  const output = keepOutput(git, most, () => {
    const limit = most < megabyte ? `${most} bytes` : `${most / megabyte} MB`
    end(failure(`git ${verbOf(args)} was ended, since it answers more than ${limit}.`))
  })
  const talking = talk && outcomeOf(converse(git, talk, output.stdout))
  git.events.on('ended', (code, error) => {
    signal.removeEventListener('abort', abort)
    if (error !== null) reject(notStarted(error))
    const answer = { code: code ?? -1, stdout: output.stdout(), stderr: output.stderr() }
    void Promise.resolve(talking).then((fault) => (fault ? reject(fault.error) : resolve(answer)))
  })
  if (talk !== undefined) return promise
  if (input.length > 0) git.say(input)
  git.hangUp()
  return promise
}

/** Kept until git has ended. Null: nothing went wrong. */
function outcomeOf(work: Promise<void>): Promise<{ error: unknown } | null> {
  return work.then(
    () => null,
    (error: unknown) => ({ error }),
  )
}

function keepOutput(
  { events }: GitProcess,
  most: number,
  onTooMuch: () => void,
): { stdout: () => Buffer; stderr: () => string } {
  const printed: Buffer[] = []
  let bytes = 0
  let errors = ''
  events.on('printed', (data) => {
    bytes += data.length
    if (bytes <= most) printed.push(data)
    else onTooMuch()
  })
  events.on('complained', (data) => (errors = (errors + data.toString('utf8')).slice(-4000)))
  return { stdout: () => Buffer.concat(printed), stderr: () => errors }
}

/** However it ends, git then hears nothing more, and gives up what it has not been told to do. */
async function converse(
  { events, say, hangUp }: GitProcess,
  talk: Talk,
  stdout: () => Buffer,
): Promise<void> {
  const hears = (text: string): Promise<boolean> => {
    const { promise, resolve } = Promise.withResolvers<boolean>()
    const look = (): void => {
      if (stdout().includes(text)) resolve(true)
    }
    events.on('printed', look)
    events.on('ended', () => resolve(stdout().includes(text)))
    look()
    return promise
  }
  try {
    await talk({ say, hears })
  } finally {
    hangUp()
  }
}

function verbOf(args: readonly string[]): string {
  return args.find((argument) => !argument.startsWith('-')) ?? 'git'
}

export function failure(sentence: string, options?: ErrorOptions): UserFacingError {
  return new UserFacingError('git-failed', sentence, options)
}

export function notStarted(cause: Error): UserFacingError {
  if (codeOf(cause) !== 'ENOENT') return failure('git cannot be started.', { cause })
  const sentence =
    'There is no git on this machine. Install git 2.38 or newer where the server finds it in PATH.'
  return new UserFacingError('git-missing', sentence, { cause })
}

/**
 * `merge-tree --write-tree` is there since 2.38.
 * @throws UserFacingError git-missing, git-too-old
 */
export async function requireGit(environment = gitEnvironment()): Promise<void> {
  const { stdout } = await runGit({ args: ['version'], environment })
  const text = stdout.toString('utf8').trim()
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(text) ?? []
  if (Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 38)) return
  throw new UserFacingError(
    'git-too-old',
    `This machine has ${text}. Changes need git 2.38 or newer: install one, and see that the server finds it first in PATH.`,
  )
}
