/** Ids, codes, counts and routes; never text, names or keys. */
type LogFields = Record<string, string | number | boolean | null>

/** Lines of JSON for whoever runs the server. */
export type Log = {
  info(event: string, fields?: LogFields): void
  warn(event: string, fields?: LogFields): void
  /** Of an error only its kind, code and places in our code: its message may hold text of a document. */
  error(event: string, error: unknown, fields?: LogFields): void
}

export type LogOptions = {
  write: (line: string) => void
  /** Leaves out what is not at least this urgent. */
  level?: 'info' | 'warn'
  now?: () => number
}

export function createLog({ write, level = 'info', now = Date.now }: LogOptions): Log {
  const line = (severity: string, event: string, fields: object): void =>
    write(
      `${JSON.stringify({ time: new Date(now()).toISOString(), severity, event, ...fields })}\n`,
    )
  return {
    info(event, fields = {}) {
      if (level === 'info') line('info', event, fields)
    },
    warn: (event, fields = {}) => line('warn', event, fields),
    error: (event, error, fields = {}) => line('error', event, { ...fields, ...describe(error) }),
  }
}

type Described = { error: string; code?: string; at?: string[]; cause?: Described }

function describe(error: unknown, depth = 0): Described {
  if (!(error instanceof Error)) return { error: typeof error }
  const code = 'code' in error && typeof error.code === 'string' ? error.code : undefined
  const frames = (error.stack ?? '').split('\n').filter((line) => /^\s+at /.test(line))
  return {
    error: error.name,
    ...(code !== undefined && { code }),
    at: frames.slice(0, 12).map((frame) => frame.trim()),
    ...(error.cause !== undefined && depth < 3 && { cause: describe(error.cause, depth + 1) }),
  }
}
