import type { FlowContent } from '../schema/flow-manifest.ts'

/** A file of which a model, or who wrote it, may know examples: a prompt, guidelines, shots, rules. */
export type LeakSource = { name: string; text: string }

/** All files of all agents, as a version of a flow keeps them, and its code, in which prompts stand, too. */
export function leakSourcesOf({
  agents,
  code,
}: Pick<FlowContent, 'agents' | 'code'>): LeakSource[] {
  const files = agents.flatMap((agent) =>
    agent.files.map(({ name, text }) => ({ name: `agents/${agent.name}/${name}`, text })),
  )
  return code === undefined ? files : [...files, { name: 'bundled code', text: code.text }]
}

/** What is searched for leaks. */
export type LeakSearch = {
  sources: LeakSource[]
  /** The folder of the flow on this machine, or the name of a server's flow. */
  flow: string
  /** Files of the flow that are too large, or too many, and were not read. */
  left: number
}

/** Those before, and those of the others that have another text. */
export function withOthers(
  sources: readonly LeakSource[],
  others: readonly LeakSource[],
): LeakSource[] {
  const known = new Set(sources.map(({ text }) => text))
  return [...sources, ...others.filter(({ text }) => !known.has(text))]
}

/** Of several versions: a file that is the same in two of them is named as the first one has it. */
export function leakSourcesOfAll(
  versions: readonly { prefix: string; content: Pick<FlowContent, 'agents' | 'code'> }[],
): LeakSource[] {
  const found = new Map<string, LeakSource>()
  for (const { prefix, content } of versions) {
    for (const { name, text } of leakSourcesOf(content)) {
      if (!found.has(text)) found.set(text, { name: `${prefix}${name}`, text })
    }
  }
  return [...found.values()]
}
