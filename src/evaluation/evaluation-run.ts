import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { EvaluationRun } from '../schema/evaluation.ts'

/** Writes to a name of its own and renames, so that a reader never sees half a run. */
export async function saveRun(run: EvaluationRun, file: string, name: string): Promise<void> {
  const draft = `${file}.${randomUUID()}.tmp`
  try {
    await writeFile(draft, `${JSON.stringify(run)}\n`)
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new UserFacingError(
      'run-not-saved',
      `${printable(name)} cannot be written (${codeOf(cause)}). Check the folder and its rights.`,
      { cause },
    )
  }
}

/** A run that `saveRun` wrote. */
export async function loadRun(file: string, name: string): Promise<EvaluationRun> {
  const shown = printable(name)
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    const message = `${shown} cannot be read (${codeOf(cause)}). Make it with: proofloop evaluate … --save ${shown}`
    throw new UserFacingError('run-unreadable', message, { cause })
  })
  const result = EvaluationRun.safeParse(parse(text, shown))
  if (result.success) return result.data
  const issue = result.error.issues[0]
  const where = issue?.path.length ? `${issue.path.join('.')}: ` : ''
  throw new UserFacingError(
    'not-a-run',
    printable(
      `${shown} is no saved evaluation (${where}${issue?.message}). Make one with: proofloop evaluate … --save FILE`,
    ),
  )
}

function parse(text: string, name: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    const message = `${name} is no saved evaluation: it is not JSON. Make one with: proofloop evaluate … --save FILE`
    throw new UserFacingError('not-a-run', message, { cause })
  }
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'unknown reason'
}
