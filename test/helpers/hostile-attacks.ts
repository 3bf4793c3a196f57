import type { Walls } from '../../src/flow/isolate/walls.ts'
import type { IsolationLimits } from '../../src/flow/isolate/protocol.ts'

/** A wall, or a part of one, that is taken away. Only tests do that. */
export type Removal = Partial<
  Pick<Walls, 'network' | 'files' | 'processes' | 'permission' | 'sqlite'>
> & {
  /** Runs it as the user of the host. */
  user?: null
  /** Hands it the host's environment. */
  environment?: true
  /** Lets its output through, to a file. */
  stdio?: true
  /** Takes whatever it says for a message. */
  messages?: true
  /** Takes types and names that it had not named before. */
  isAnyName?: true
  /** Traces its questions to models, with what they say. */
  span?: true
  /** Lets it take what it wants. */
  limits?: true
}

export type Attack = {
  /** What keeps it in, as docs/security.md names it. */
  wall: string
  /** Without these the attack works; null: it asks for what is not there. */
  without: Removal | null
  /** Smaller than usual, so that it takes little to pass them. */
  limits?: Partial<IsolationLimits>
}

const network = { wall: 'no network', without: { network: false } }
const writing = { wall: 'permission, files', without: { permission: false, files: false } }
const named = { wall: 'known types', without: { isAnyName: true } } as const
const said = { wall: 'messages', without: { messages: true } } as const
const output = { wall: 'dropped output', without: { stdio: true } } as const
const limited = { wall: 'limits', without: { limits: true } } as const

/** By the name that test/fixtures/hostile-flows/flow.mjs gives each. */
export const attacks: Record<string, Attack> = {
  tcp: network,
  http: network,
  udp: network,
  dns: network,
  'abstract socket': network,
  'unix socket': { wall: 'files', without: { files: false } },
  'file write': writing,
  symlink: writing,
  'heap snapshot': writing,
  report: writing,
  'sqlite file': {
    wall: 'no sqlite, files',
    without: { sqlite: false, permission: false, files: false },
  },
  'child process': writing,
  'native code': writing,
  worker: { wall: 'permission', without: { permission: false } },
  inspector: { wall: 'permission', without: { permission: false } },
  signal: { wall: 'processes, user', without: { processes: false, user: null } },
  // The part of Proofloop in its process is what keeps it, so that nothing can be taken away.
  'process title': { wall: 'a title for good', without: null },
  stdout: output,
  stderr: output,
  'last words': output,
  'thrown error': said,
  stack: said,
  'metric value': said,
  'own endpoint': said,
  'type name': named,
  'agent name': named,
  'metric name': named,
  'asking name': named,
  'trace attributes': { wall: 'no trace', without: { span: true } },
  'a type named late': { wall: 'known types', without: null },
  'environment key': { wall: 'empty environment', without: { environment: true } },
  'data folder': {
    wall: 'permission, files, user',
    without: { permission: false, files: false, user: null },
  },
  'bundle rewrite': {
    wall: 'permission, files, user',
    without: { permission: false, files: false, user: null },
  },
  "another run's document": { wall: 'services', without: null },
  'a long line': { ...limited, limits: { message: 50_000 } },
  'many questions': { ...limited, limits: { calls: 50 } },
  memory: { ...limited, limits: { memory: 300 * 2 ** 20 } },
  'endless loop': { ...limited, limits: { cpu: 1000 } },
  silence: { ...limited, limits: { document: 1000 } },
}
