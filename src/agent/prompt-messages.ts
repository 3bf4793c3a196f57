import { randomUUID } from 'node:crypto'
import type { ModelMessage } from '../schema/model.ts'
import { compileTemplate, type TemplateSource } from './prompt-template.ts'

export type Prompt = {
  uses: Set<string>
  render(values: Record<string, string>): ModelMessage[]
}

/** As Prompty has them: a role and a colon alone on a line; `developer` is `system` by its new name. */
const roleLine =
  /^[ \t]*(?:#[ \t]*)?(system|developer|user|assistant)(?:\[[^\]\n]*\])?[ \t]*:[ \t]*$/gim

/**
 * A template whose role lines begin messages. Only those of the template count: they are marked before
 * it is rendered, so that a document or a guideline with “system:” on a line makes no message.
 * Without any role line the whole is the system message.
 */
export function compilePrompt(source: TemplateSource, variables: string[]): Prompt {
  const mark = `\u{E000}${randomUUID()}:`
  const marked = source.text.replace(roleLine, (_, role: string) => `${mark}${role.toLowerCase()}`)
  const template = compileTemplate({ ...source, text: marked }, variables)
  return {
    uses: template.uses,
    render: (values) => splitMessages(template.render(values), mark),
  }
}

function splitMessages(rendered: string, mark: string): ModelMessage[] {
  const [before = '', ...parts] = rendered.split(mark)
  const messages = parts.map((part): ModelMessage => {
    const [role = '', ...lines] = part.split('\n')
    return { role: roleOf(role), content: trimLines(lines.join('\n')) }
  })
  const preamble = trimLines(before)
  if (preamble.trim() === '' && messages.length > 0) return messages
  return [{ role: 'system', content: preamble }, ...messages]
}

function roleOf(name: string): ModelMessage['role'] {
  if (name === 'user' || name === 'assistant') return name
  return 'system'
}

function trimLines(text: string): string {
  return text.replace(/^\n+|\n+$/g, '')
}
