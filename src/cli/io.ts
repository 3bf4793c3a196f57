type Output = { write(text: string): unknown }

/** What a command may touch of the process, so that tests run it inside theirs. */
export type Io = {
  stdout: Output
  stderr: Output
  /** Relative paths are resolved against it. */
  cwd: string
  /** Keys of model connections, among others; never printed. */
  env: Record<string, string | undefined>
  /** Aborted by Ctrl-C. */
  signal: AbortSignal
  /** Asks the person at the terminal; left out where there is none. */
  ask?: (question: string) => Promise<boolean>
  /** Whether stderr is a terminal on which a progress line may be rewritten. */
  interactive: boolean
  /** Whether stdout takes ANSI styles. */
  color: boolean
  /** Columns of stdout; Infinity where it is no terminal. */
  width: number
}

/** Takes away what stands on the line, on an interactive stderr. */
export const clearLine = '\r\u001B[2K'

/** Columns for a line on an interactive stderr, also when stdout goes elsewhere. */
export function stderrWidth({ width }: Io): number {
  return Number.isFinite(width) ? width : 80
}
