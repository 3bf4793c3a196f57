import path from 'node:path'
import type { Isolation } from '../flow/isolate/isolation.ts'
import type { ChangeSettings } from '../schema/change-settings.ts'
import type { Store } from '../store/store.ts'
import { bundleCheckout } from './bundle-tree.ts'
import type { ChangeSource } from './change-host.ts'
import type { OpenForge } from './forge/forge.ts'
import { openGitHubForge } from './forge/github/open-github-forge.ts'
import { openLocalForge } from './forge/local/open-local-forge.ts'
import { gitScratch } from './git/make-scratch.ts'
import { createTreeTests } from './test-tree.ts'

type Options = {
  settings: ChangeSettings
  /** Folder of the server's configuration. */
  directory: string
  store: Pick<Store, 'people'>
  /** Secrets that the settings name. */
  env: Record<string, string | undefined>
  dataFolder: string
  now: () => number
}

/** Where the changes of a server are. @throws UserFacingError those of the forge that it is */
export async function openForge({
  settings,
  directory,
  store,
  ...more
}: Options): Promise<OpenForge> {
  const { forge, branch } = settings
  switch (forge.kind) {
    case 'local':
      return openLocalForge({
        folder: path.resolve(directory, forge.repository),
        branch,
        scratchIn: gitScratch(more.dataFolder),
        peopleOf: async (emails) => {
          const known = new Set(emails.map((email) => email.toLowerCase()))
          const people = await store.people.list()
          return people.filter(({ email }) => known.has(email.toLowerCase())).map(({ id }) => id)
        },
      })
    case 'github':
      return openGitHubForge({ ...more, settings: { ...settings, forge } })
  }
}

type Trying = {
  settings: ChangeSettings
  isolation: () => Promise<Isolation>
  isSolo: () => Promise<boolean>
}

/** The same with what tries changes out. */
export function changesOn(
  { forge, repository, guard }: OpenForge,
  { settings, isolation, isSolo }: Trying,
): ChangeSource {
  const { folder, forge: of } = settings
  const testTree = createTreeTests({
    repository,
    settings,
    isolation,
    // Whoever is alone tries out what they wrote; a forge has pull requests of others.
    mayBeBare: async () => of.kind === 'local' && (await isSolo()),
    bundle: async (how) => bundleCheckout(await isolation(), { ...how, folder }),
  })
  return { settings, forge, repository, guard, testTree, examine: null }
}
