import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect } from 'vitest'

export const root = path.resolve(import.meta.dirname, '../..')

/** What stands in a guide where the rest of an answer is left out. */
export const elided = '…'

export type Command = {
  /** As it is typed. */
  line: string
  /** With the spaces that it begins with. */
  output: string
}
/** What a reader does, from top to bottom: writes a file that is shown, or gives a command. */
export type Step = { file: string; text: string } | Command

/**
 * Blocks of a guide in Markdown that are `console`, with `$ ` before each command, or name a `file=`.
 * @param label of those that another test follows, as in ```console server
 */
export function stepsIn(guide: string, label = ''): Step[] {
  const text = readFileSync(path.join(root, guide), 'utf8')
  const mark = label === '' ? '' : ` ${label}`
  const start = String.raw`^\x60{3}(?:console${mark}|\w+${mark} file=(?<file>\S+))\n`
  const blocks = text.matchAll(new RegExp(`${start}(?<body>.*?)^\`\`\`$`, 'gmsu'))
  return Array.from(blocks).flatMap(({ groups: { file, body = '' } = {} }): Step[] =>
    file === undefined ? commandsIn(body) : [{ file, text: body }],
  )
}

function commandsIn(block: string): Command[] {
  return block.split(/^(?=\$ )/mu).map((part) => {
    const [command = '', output = ''] = part.split(/(?<!\\)\n([^]*)/u)
    expect(command.startsWith('$ ')).toBe(true)
    return { line: command.slice(2), output: output.trimEnd() }
  })
}
