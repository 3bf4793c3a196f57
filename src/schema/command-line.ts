/** Who runs commands on the machine where they have no account: the actor of what they do. */
export const commandLine = { id: 'command-line', name: 'The command line' } as const

/** Also by what it was called in datasets and entries of older versions. */
export function isCommandLine(id: string): boolean {
  return id === commandLine.id || id === 'nobody'
}
