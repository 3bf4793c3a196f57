import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmod, mkdir, mkdtemp, readdir, readFile, readlink, rm } from 'node:fs/promises'
import { createServer, type ListenOptions, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout } from 'node:timers/promises'

/**
 * Whoever wrote a hostile flow: on the same machine, listening wherever a process can talk to.
 * @param hearsSignals those of the whole process, so only one author at a time can
 */
export async function openAuthor(hearsSignals: boolean) {
  const base = await mkdtemp(path.join(tmpdir(), 'proofloop-author-'))
  await chmod(base, 0o755)
  const folder = path.join(base, 'folder')
  await mkdir(folder)
  await chmod(folder, 0o777)
  const heard = new Map<string, string>()
  const hear = (channel: string, text: string): void => {
    heard.set(channel, (heard.get(channel) ?? '') + text)
  }
  /** Connections of flows, which end when these do. */
  const talking = new Set<Socket>()
  async function listen(channel: string, options: ListenOptions) {
    const server = createServer((socket) => {
      talking.add(socket)
      socket.once('close', () => talking.delete(socket))
      socket.on('data', (data) => hear(channel, decodeURIComponent(String(data))))
      socket.on('error', () => {})
      socket.end('HTTP/1.1 204 No Content\r\n\r\n')
    })
    server.listen(options)
    await once(server, 'listening')
    return server
  }
  const abstract = path.basename(base)
  const unix = path.join(base, 'socket')
  const tcp = await listen('tcp', { host: '127.0.0.1', port: 0 })
  const others = [
    await listen('unix', { path: unix, readableAll: true, writableAll: true }),
    await listen('abstract', { path: `\0${abstract}` }),
  ]
  const udp = createSocket('udp4', (data) => hear('udp', String(data).replaceAll('-', ' ')))
  udp.bind(0, '127.0.0.1')
  await once(udp, 'listening')
  const onSignal = (): void => hear('signal', 'signal')
  if (hearsSignals) process.on('SIGUSR2', onSignal)
  const address = tcp.address()
  return {
    told: {
      tcp: typeof address === 'object' && address !== null ? address.port : 0,
      udp: udp.address().port,
      unix,
      abstract,
      folder,
      pid: process.pid,
    },
    /** Channels on which the sentence came, or a signal. */
    async gotBy(sentence: string): Promise<string[]> {
      // What has come to this machine may not have come to this process yet.
      let rounds = 0
      do {
        await setTimeout(50)
        rounds += 1
      } while (talking.size > 0 && rounds < 200)
      // Resolvers change the case of what they ask for.
      const holds = (text: string): boolean => text.toLowerCase().includes(sentence.toLowerCase())
      const files = (await textsIn(folder)).filter(holds)
      const channels = [...heard].filter(([name, text]) => name === 'signal' || holds(text))
      return [...channels.map(([name]) => name), ...(files.length > 0 ? ['files'] : [])]
    },
    async [Symbol.asyncDispose]() {
      process.off('SIGUSR2', onSignal)
      udp.close()
      for (const server of [tcp, ...others]) server.close()
      await rm(base, { recursive: true, force: true })
    },
  }
}

/** Names, contents and where links lead. */
async function textsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return Promise.all(
    entries.map(async (entry) => {
      const file = path.join(entry.parentPath, entry.name)
      if (entry.isSymbolicLink()) return `${file} ${await readlink(file)}`
      return entry.isFile() ? `${file} ${await readFile(file, 'latin1')}` : file
    }),
  )
}
