import { readFile } from 'node:fs/promises'
import { UserFacingError } from '../lib/errors.ts'
import { printable } from '../lib/printable.ts'
import { codeOf, writeWholeFile } from '../lib/write-whole-file.ts'
import { EvaluationRun } from '../schema/evaluation.ts'

export const runNotSaved = 'run-not-saved'

/** @throws UserFacingError run-not-saved */
export async function saveRun(run: EvaluationRun, file: string, name: string): Promise<void> {
  await writeWholeFile(file, `${JSON.stringify(run)}\n`, { name, code: runNotSaved })
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
