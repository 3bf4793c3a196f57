import { readFile } from 'node:fs/promises'
import { openGitHubForge } from '../../src/change/forge/github/open-github-forge.ts'
import { reconcile } from '../../src/change/reconcile.ts'
import { createLog } from '../../src/server/log.ts'
import { openHost } from '../../src/server/open-host.ts'
import { changeHostOf } from './change-host.ts'
import { dyingHost } from './dying-host.ts'
import { openGitForge } from './git-forge.ts'
import type { ChildWorld, FromChild } from './killed-child.ts'

/**
 * Goes on with changes, each in a world of its own, beside the server of that. After the first effect that no
 * process before it had it says so and does nothing more of that change: it is there to be killed.
 */
const worlds = JSON.parse(await readFile(process.argv[2] ?? '', 'utf8')) as ChildWorld[]
await Promise.all(worlds.map(goOn))

async function goOn(world: ChildWorld, index: number): Promise<void> {
  const { dataFolder, flow, env, gate, settings, id, passed } = world
  const now = (): number => Date.now() + passed
  // Never disposed: whoever is killed frees nothing.
  const host = await openHost(new AsyncDisposableStack(), {
    dataFolder,
    flow,
    env,
    cwd: flow,
    config: { directory: flow, environments: [], gate },
    exclusive: false,
    url: 'http://localhost:4310',
    oidc: null,
    mail: null,
    log: createLog({ write: (line) => void process.stderr.write(line) }),
    version: '0.0.0',
    now,
  })
  const peopleOf = async (emails: string[]): Promise<string[]> => {
    const people = await host.store.people.list()
    return people.filter(({ email }) => emails.includes(email)).map((person) => person.id)
  }
  const isLocal = settings.forge.kind === 'local'
  const forge =
    settings.forge.kind === 'local'
      ? await openGitForge(world.forge.folder, peopleOf)
      : await openGitHubForge({
          settings: { ...settings, forge: settings.forge },
          env: world.forge.env,
          dataFolder: world.forge.folder,
          now,
        })
  const tell = (said: FromChild): void => void process.send?.(said)
  const own = changeHostOf(host, { ...forge, settings })
  const effects = { known: new Set(world.effects), ofForge: isLocal }
  const dying = dyingHost(own, effects, (effect) => tell({ index, effect }))
  tell({ index, decided: await reconcile(dying, id) })
}
