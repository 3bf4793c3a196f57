import { UserFacingError } from '../../lib/errors.ts'
import { expandFiles } from '../expand-files.ts'
import type { Io } from '../io.ts'
import { fetchResult } from '../on-server/fetch-result.ts'
import { openRemote, type Remote } from '../on-server/remote.ts'
import { followToEnd, startOnServer } from '../on-server/review-one.ts'
import { reviewing, serverFault } from '../on-server/server-faults.ts'
import { requireUnderstood } from '../on-server/understood.ts'
import type { ReviewOptions } from '../program.ts'
import {
  displayName,
  exitCodeOf,
  failureOf,
  reviewFiles,
  type Result,
  type Watch,
} from '../review-files.ts'

type Options = ReviewOptions & {
  /** Options that stand on the command line. */
  given: string[]
}

/** What says how this machine reviews is not for a server, which has its own flow, models and budgets. */
const understood = [
  '--server',
  '--follow',
  '--agents',
  '--password',
  '--ocr',
  '--split',
  '--concurrency',
  '--strict',
  '--json',
]
const why = 'the server reviews with its own flow, models and budgets'

/**
 * Sends files to a server, follows their reviews there and prints them as `review` does.
 * @returns as `review`; 130 when it stops following, which ends no review
 */
export async function reviewOnServer(args: string[], options: Options, io: Io): Promise<number> {
  requireUnderstood(options.given, understood, { option: '--server', why })
  const { follow = [], json = false, concurrency } = options
  const { files, several } =
    follow.length > 0 ? asFollowed(args, follow) : await expandFiles(args, io.cwd)
  const running = new Map<string, string>()
  const remote = await openRemote(options.server ?? '', reviewing, io)
  const results = await reviewFiles(files, { io, json, concurrency }, (file, watch) =>
    reviewOne(remote, { file, known: follow.includes(file), options, watch, running, io }),
  )
  if (json) io.stdout.write(`${JSON.stringify(several ? results : results[0], null, 2)}\n`)
  if (!io.signal.aborted) return exitCodeOf(results, options)
  sayHowToGoOn(remote, [...running.values()], io)
  return 130
}

function asFollowed(args: string[], follow: string[]): { files: string[]; several: boolean } {
  if (args.length === 0) return { files: [...new Set(follow)], several: follow.length > 1 }
  throw new UserFacingError(
    'follow-without-files',
    'With --follow no file is sent. Leave the files out, or --follow.',
  )
}

type One = {
  /** A file, or the id of a review. */
  file: string
  known: boolean
  options: Options
  watch: Watch
  /** Reviews that are followed, by file. */
  running: Map<string, string>
  io: Io
}

async function reviewOne(
  remote: Remote,
  { file, known, options, watch, running, io }: One,
): Promise<Result> {
  const name = known ? `review ${file}` : displayName(file, io)
  try {
    io.signal.throwIfAborted()
    const review = known ? file : await startOnServer(remote, file, options)
    running.set(file, review)
    await followToEnd(remote, review, watch)
    const result = await fetchResult(remote, review, known ? null : name)
    running.delete(file)
    if ('run' in result) watch.onIssues?.(result.issues)
    return result
  } catch (error) {
    const failure = stopped(running.has(file), io) ?? failureOf(serverFault(error, remote.url), io)
    return { document: { file: name }, error: failure, issues: [], agents: {} }
  }
}

function stopped(runs: boolean, { signal }: Io): { code: string; message: string } | null {
  if (!runs || !signal.aborted) return null
  return { code: 'interrupted', message: 'No longer followed; its review goes on at the server.' }
}

function sayHowToGoOn({ url }: Remote, reviews: string[], { stderr }: Io): void {
  if (reviews.length === 0) return
  const follow = reviews.map((review) => ` --follow ${review}`).join('')
  stderr.write(`The server goes on. To see the result: proofloop review --server ${url}${follow}\n`)
}
