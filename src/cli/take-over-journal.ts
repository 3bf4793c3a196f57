import { existsSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import path from 'node:path'
import { printable } from '../lib/printable.ts'
import { syncFolder } from '../lib/sync-folder.ts'
import { lockFile } from '../model/file-lock.ts'
import { openJournalToRead, type ReadJournal } from '../model/read-journal.ts'
import { StoredAnswer } from '../schema/stored-answer.ts'
import type { Answers } from '../store/answers.ts'
import type { Io } from './io.ts'

/** Answers that travel to the store together. */
const batchSize = 500

/**
 * Takes what earlier versions kept in a journal into the store, once, and says so. Killed in between,
 * the next one does it again, which changes nothing.
 * @returns the journal, to be read beside the store, while another process has it or its folder cannot
 * be written; else null
 */
export async function takeOverJournal(
  answers: Answers,
  { file, io }: { file: string; io: Io },
): Promise<ReadJournal | null> {
  if (!existsSync(file)) return null
  const unlock = await lockFile(file).catch(() => null)
  if (unlock === null) return openJournalToRead(file)
  try {
    await takeOver(answers, { file, io })
    return null
  } finally {
    unlock()
  }
}

async function takeOver(answers: Answers, { file, io }: { file: string; io: Io }): Promise<void> {
  using journal = openJournalToRead(file)
  // Another process was faster.
  if (journal === null) return
  const count = await copyAll(journal, answers)
  await rename(file, `${file}.imported`)
  await syncFolder(path.dirname(file))
  const name = printable(path.relative(io.cwd, file))
  const lost = journal.damaged > 0 ? `, without ${journal.damaged} damaged lines` : ''
  io.stderr.write(
    `${count.toLocaleString('en')} answers of ${name} are in the store now${lost}; the file is called ${path.basename(name)}.imported.\n`,
  )
}

async function copyAll(journal: ReadJournal, answers: Answers): Promise<number> {
  let count = 0
  let batch: Parameters<Answers['putAll']>[0] = []
  for (const key of journal.keys()) {
    batch.push({ key, answer: StoredAnswer.parse(journal.get(key)), document: null })
    count += 1
    if (batch.length < batchSize) continue
    await answers.putAll(batch)
    batch = []
  }
  await answers.putAll(batch)
  return count
}
