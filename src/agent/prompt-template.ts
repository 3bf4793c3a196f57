import { Environment, type Node, parse, tokenize } from '@huggingface/jinja'
import { UserFacingError } from '../lib/errors.ts'
import { LimitedInterpreter } from './template-limits.ts'
import { findOffence, freeNames } from './template-policy.ts'

export type PromptTemplate = {
  /** Of the variables that it was given leave to use, those it does. */
  uses: Set<string>
  /** @throws UserFacingError prompt-invalid */
  render(values: Record<string, string>): string
}

/** Where a template came from, for errors. */
export type TemplateSource = {
  text: string
  file: string
  /** Line of the file at which `text` begins. */
  firstLine: number
}

const longestTemplate = 256_000
/** Jinja's reader takes the square of a run of white space. */
const endlessSpace = /\s{2000}/

/**
 * Compiles the Prompty subset of Jinja: variables, conditions, loops, filters; no files, functions or
 * macros, and a limit on steps and size.
 * @param variables all that it may read; an unknown name is an error, not an empty text
 * @throws UserFacingError prompt-invalid, which names file and line
 */
export function compileTemplate(source: TemplateSource, variables: string[]): PromptTemplate {
  const { text } = source
  if (text.length > longestTemplate)
    refuse(source, `it is longer than ${longestTemplate} characters`)
  if (endlessSpace.test(text)) refuse(source, 'it holds 2000 blanks in a row')
  const program = parseTemplate(source)
  const names = readTree(source, () => {
    const offence = findOffence(program)
    if (offence) refuse(source, offence.sentence, lineOfWord(text, offence.word))
    return freeNames(program)
  })
  const unknown = [...names].find((name) => !variables.includes(name))
  if (unknown !== undefined) {
    const known = variables.map((name) => `{{ ${name} }}`).join(', ')
    refuse(source, `there is no ${unknown}; there are ${known}`, lineOfWord(text, unknown))
  }
  return { uses: names, render: (values) => render(source, program, values) }
}

function render(source: TemplateSource, program: Node, values: Record<string, string>): string {
  const environment = new Environment()
  const constants = { true: true, false: false, none: null, True: true, False: false, None: null }
  for (const [name, value] of Object.entries({ ...constants, ...values })) {
    environment.set(name, value)
  }
  return readTree(source, () => String(new LimitedInterpreter(environment).run(program).value))
}

/** The library's errors speak of the template, never of the values. */
function readTree<T>(source: TemplateSource, work: () => T): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof UserFacingError) throw error
    if (error instanceof RangeError) return refuse(source, 'it is nested too deeply')
    const message = error instanceof Error ? error.message : String(error)
    return refuse(source, message, lineOfWord(source.text, message.split(/[\s:]+/).at(-1) ?? null))
  }
}

function parseTemplate(source: TemplateSource): Node {
  try {
    return parse(tokenize(source.text))
  } catch (error) {
    if (error instanceof RangeError) return refuse(source, 'it is nested too deeply')
    // The parser reads past the end when a block is left open.
    if (error instanceof TypeError) return refuse(source, 'a {% … %} is never closed')
    const message = error instanceof Error ? error.message : String(error)
    const [, statement = null] = /Unknown statement type: (\w+)/.exec(message) ?? []
    const sentence = statement === null ? message : `{% ${statement} %} is not allowed in a prompt`
    return refuse(source, sentence, lineOfFault(source.text, statement))
  }
}

function lineOfFault(text: string, statement: string | null): number | null {
  if (statement !== null) return lineAt(text, text.search(new RegExp(`{%-?\\s*${statement}\\b`)))
  for (const block of text.matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g)) {
    if (isFaulty(block[0])) return lineAt(text, block.index)
  }
  return null
}

function isFaulty(block: string): boolean {
  try {
    const tokens = tokenize(block)
    if (block.startsWith('{{')) parse(tokens)
    return false
  } catch {
    return true
  }
}

/** Of the first block with the word in it. */
function lineOfWord(text: string, word: string | null): number | null {
  if (word === null || !/^\w+$/.test(word)) return null
  const blocks = text.matchAll(/\{\{[\s\S]*?\}\}|\{%[\s\S]*?%\}/g)
  for (const block of blocks) {
    const at = block[0].search(new RegExp(`\\b${word}\\b`))
    if (at !== -1) return lineAt(text, block.index + at)
  }
  return null
}

function lineAt(text: string, offset: number): number | null {
  return offset === -1 ? null : text.slice(0, offset).split('\n').length
}

function refuse(
  { file, firstLine }: TemplateSource,
  why: string,
  line: number | null = null,
): never {
  const where = line === null ? file : `${file}:${firstLine + line - 1}`
  throw new UserFacingError('prompt-invalid', `${where}: ${why.replace(/\.$/, '')}.`)
}
