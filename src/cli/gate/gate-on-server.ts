import { bundleHere } from '../bundle-here.ts'
import type { Io } from '../io.ts'
import { sendBundle } from '../on-server/evaluate-one.ts'
import { openRemote } from '../on-server/remote.ts'
import { askingGates, serverFault } from '../on-server/server-faults.ts'
import { type GatePlace, isVersion } from './gate-place.ts'

/**
 * The gate of a server, which this machine tells what to judge and nothing else.
 * @throws UserFacingError server-…
 */
export async function gateOnServer(address: string, io: Io): Promise<GatePlace> {
  const remote = await openRemote(address, askingGates, io)
  const { client, patience, signal } = remote
  const asking = async <T>(ask: () => Promise<T>): Promise<T> => {
    try {
      return await patience.ask(ask)
    } catch (error) {
      throw serverFault(error, remote.url, askingGates)
    }
  }
  return {
    budget: () => asking(() => client.gates.budget(undefined, { signal })),
    async start({ candidate, baseline, environment, again, paragraphsPerChunk }) {
      const wanted = { baseline, environment, again }
      if (isVersion(candidate)) {
        return asking(() => client.gates.start({ ...wanted, flow: candidate }, { signal }))
      }
      const { packed, name } = await bundleHere({ flow: candidate, paragraphsPerChunk }, io)
      const { sha256: bundle } = await asking(() => sendBundle(remote, packed, name))
      return asking(() => client.gates.start({ ...wanted, bundle }, { signal }))
    },
    answer: (gate) => asking(() => client.gates.answer({ gate }, { signal })),
    publicKey: async () => (await asking(() => client.gates.key(undefined, { signal }))).publicKey,
    async [Symbol.asyncDispose]() {},
  }
}
