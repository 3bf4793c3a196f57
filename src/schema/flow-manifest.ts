import { z } from 'zod'
import { ModelConnections } from './config.ts'
import { EnvironmentName } from './environment.ts'

/** A file of an agent's folder: a name only, so that no folder is left by it. */
export const AgentFileName = z
  .string()
  .max(100)
  .regex(/^\w[\w-]*(\.[\w-]+)*\.(prompty|md|yaml|jinja2)$/, 'the name of a file of an agent')

export const AgentFolderName = z
  .string()
  .max(100)
  .regex(/^\w[\w-]*$/, 'the name of a folder of an agent')

/** A flow's code in one file without a comment or a path, and the SHA-256 of its text in UTF-8. */
export const FlowCode = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  text: z.string().min(1),
})
export type FlowCode = z.infer<typeof FlowCode>

/** Everything that decides what a flow finds, but keys: these come from the environment. */
export const FlowContent = z.strictObject({
  /** Version of Proofloop, whose code runs the agents. */
  engine: z.string(),
  /** Paragraphs an agent sees at once. */
  paragraphsPerChunk: z.int(),
  agents: z
    .array(
      z.strictObject({
        name: AgentFolderName,
        /** Sorted by name; texts as they are on the disk. */
        files: z.array(z.strictObject({ name: AgentFileName, text: z.string() })).min(1),
      }),
    )
    .min(1),
  models: ModelConnections,
  /** Of the flow, in one file; left out, it is agents only. */
  code: FlowCode.optional(),
  /** Of the server, whose connections the models are; left out where they are the flow's own. */
  environment: EnvironmentName.optional(),
})
export type FlowContent = z.infer<typeof FlowContent>

/** A version as it is kept; its hash is that of the content. */
export const FlowManifest = FlowContent.extend({
  /** The issue type that each agent reports, by the agent's name. */
  types: z.record(AgentFolderName, z.string()),
})
export type FlowManifest = z.infer<typeof FlowManifest>
