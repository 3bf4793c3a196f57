import type { FlowContent } from '../schema/flow-manifest.ts'

/** A file of which a model, or who wrote it, may know examples: a prompt, guidelines, shots, rules. */
export type LeakSource = { name: string; text: string }

/** All files of all agents, as a version of a flow keeps them. */
export function leakSourcesOf({ agents }: Pick<FlowContent, 'agents'>): LeakSource[] {
  return agents.flatMap((agent) =>
    agent.files.map(({ name, text }) => ({ name: `agents/${agent.name}/${name}`, text })),
  )
}
