import path from 'node:path'
import { keptAnswers } from '../model/kept-answers.ts'
import { UserFacingError } from '../lib/errors.ts'
import { openAnswerJournal } from '../model/answer-journal.ts'
import type { AnswerCache } from '../model/model-host.ts'
import { openJournalToRead } from '../model/read-journal.ts'
import type { Io } from './io.ts'
import type { LocalStore } from './local-store.ts'
import { takeOverJournal } from './take-over-journal.ts'

type AnswerOptions = {
  /** A file of answers; false: none are kept; left out: in the store. */
  cache?: string | false
  dryRun?: boolean
}

/** Opened once an agent is there that asks a model: a run without one leaves nothing behind. */
type LaterAnswers = AnswerCache & { open(): Promise<unknown> }

/** What keeps the answers of models, as the options say; undefined when nothing is to. */
export function answersHere(
  { cache, dryRun = false }: AnswerOptions,
  local: LocalStore,
  io: Io,
): LaterAnswers | undefined {
  if (cache === false) return undefined
  if (cache === undefined) {
    return openedLater(() => (dryRun ? storedToRead(local) : storedAnswers(local, io)))
  }
  const file = path.resolve(io.cwd, cache)
  return openedLater(async () =>
    dryRun ? readOnly([openJournalToRead(file)]) : openAnswerJournal(file),
  )
}

function openedLater(make: () => Promise<AnswerCache>): LaterAnswers {
  let opening: Promise<AnswerCache> | undefined
  const open = (): Promise<AnswerCache> => (opening ??= make())
  return {
    open,
    get: async (key) => (await open()).get(key),
    put: async (...answer) => (await open()).put(...answer),
    async [Symbol.asyncDispose]() {
      // Whoever asked was told when it could not be opened.
      const opened = await opening?.catch(() => undefined)
      await opened?.[Symbol.asyncDispose]()
    },
  }
}

async function storedAnswers(local: LocalStore, io: Io): Promise<AnswerCache> {
  const store = await local.open().catch((error: unknown) => {
    throw withAWayOut(error)
  })
  const stored = keptAnswers(store)
  const others = await takeOverJournal(store.answers, { file: journalOf(local), io })
  if (others === null) return stored
  return {
    ...stored,
    get: async (key) => (await stored.get(key)) ?? others.get(key),
    [Symbol.asyncDispose]: async () => others[Symbol.dispose](),
  }
}

async function storedToRead(local: LocalStore): Promise<AnswerCache> {
  const store = await local.openToRead()
  return readOnly([store && keptAnswers(store), openJournalToRead(journalOf(local))])
}

/** Where earlier versions kept what the store keeps now. */
function journalOf({ dataFolder }: LocalStore): string {
  return path.join(dataFolder, 'answers.jsonl')
}

type Source = Pick<AnswerCache, 'get'> & Partial<Disposable>

/** Nothing is put where only is counted what is there. */
function readOnly(sources: (Source | null)[]): AnswerCache {
  const there = sources.filter((source) => source !== null)
  return {
    async get(key) {
      for (const source of there) {
        const answer = await source.get(key)
        if (answer !== undefined) return answer
      }
      return undefined
    },
    put: () => Promise.reject(new Error('A dry run keeps nothing.')),
    [Symbol.asyncDispose]: async () => {
      for (const source of there) source[Symbol.dispose]?.()
    },
  }
}

function withAWayOut(error: unknown): unknown {
  if (!(error instanceof UserFacingError)) return error
  const sentence = `${error.message} Or keep answers of models in a file: --cache FILE.`
  return new UserFacingError(error.code, sentence, { cause: error })
}
