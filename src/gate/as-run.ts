import type { GateHost } from './gate-host.ts'

/**
 * A version with the models that gates ask: its agents, code and parameters, and this server's engine. Then what
 * is compared differs in what its authors wrote, and in nothing else.
 * @returns its hash
 */
export async function asRun(
  { flows, gate }: Pick<GateHost, 'flows' | 'gate'>,
  hash: string,
): Promise<string> {
  const { name, manifest } = await flows.get(hash)
  if (gate.environment === null) return hash
  const { paragraphsPerChunk, agents, code } = manifest
  const models = Object.fromEntries(
    Object.entries(manifest.models).map(([alias, { parameters }]) => [alias, { parameters }]),
  )
  const parts = { paragraphsPerChunk, agents, models }
  const bundle =
    code === undefined
      ? { format: 'proofloop-bundle-1' as const, ...parts }
      : { format: 'proofloop-bundle-2' as const, ...parts, code }
  return (await flows.adopt(bundle, { name, environment: gate.environment })).hash
}
