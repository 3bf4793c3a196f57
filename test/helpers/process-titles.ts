import { readdirSync, readFileSync } from 'node:fs'
import { codeOf } from '../../src/lib/write-whole-file.ts'

/** Whether the system shows this of any process now, as it does to everybody on the machine. */
export function isInTitles(sentence: string): boolean {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  return pids.some((pid) => titleOf(pid).includes(sentence))
}

function titleOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
  } catch (error) {
    // It has just ended.
    if (['ENOENT', 'ESRCH'].includes(codeOf(error))) return ''
    throw error
  }
}

/** Whether it was there while something went on. */
export async function watchTitles<T>(sentence: string, work: Promise<T>): Promise<[T, boolean]> {
  let isSeen = false
  const timer = setInterval(() => (isSeen ||= isInTitles(sentence)), 50)
  try {
    return [await work, isSeen]
  } finally {
    clearInterval(timer)
  }
}
