import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Jobs } from '../job/jobs.ts'
import type { FlowVersion } from '../schema/stored-review.ts'
import type { Readers } from '../store/readers.ts'
import type { Store } from '../store/store.ts'
import { assembleHost, type Host, type HostOptions } from './open-host.ts'

type Examined = Omit<HostOptions, 'databaseUrl' | 'exclusive'> & {
  /** Open, with tables of this version; whoever opened it closes it. */
  store: Store
  jobs: Jobs
}

/**
 * What a server would hold here, so that it can be looked at: on a store that others use, with what a start
 * would write kept in memory and a folder for temporary files. Freed with the stack.
 */
export async function openExaminedHost(
  stack: AsyncDisposableStack,
  { store, jobs, ...options }: Examined,
): Promise<Host> {
  const versionsFolder = await mkdtemp(path.join(tmpdir(), 'proofloop-doctor-'))
  stack.defer(() => rm(versionsFolder, { recursive: true, force: true }))
  const examined = unwritten(store)
  const readers: Readers = {
    store: examined,
    wall: 'none',
    run: (_scopes, work) => work(),
    async [Symbol.asyncDispose]() {},
  }
  return assembleHost(stack, options, {
    store: examined,
    readers,
    versionsFolder,
    jobs: async () => jobs,
  })
}

/** The same to who reads. What a start keeps, a version of the flow and secrets, is forgotten. */
function unwritten(store: Store): Store {
  const { flowVersions, secrets } = store
  const versions = new Map<string, FlowVersion>()
  return {
    ...store,
    flowVersions: {
      ...flowVersions,
      async put(version) {
        versions.set(version.hash, { ...version, createdAt: Date.now() })
      },
      get: async (hash) => (await flowVersions.get(hash)) ?? versions.get(hash) ?? null,
    },
    secrets: {
      ...secrets,
      ensure: async (name, value) => (await secrets.get(name)) ?? value,
    },
  }
}
