import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import {
  connect,
  createServer,
  type ListenOptions,
  type NetConnectOpts,
  type Server,
} from 'node:net'
import path from 'node:path'
import type { Listening, ListenRequest, ProbeRequest, ProbeResult } from './probe-protocol.ts'

/** Tries what a hostile flow would try, and tells what it got. */
export async function attemptAll(request: ProbeRequest): Promise<ProbeResult> {
  return {
    ...(await attemptReach(request)),
    signal: works(() => process.kill(request.pid, 0)),
    shared: request.shared !== null && (await leavesIn(request.shared)),
    write: works(() => writeFileSync(path.join(import.meta.dirname, 'written'), '')),
    spawn: await spawns(),
    sqlite: await imports('node:sqlite'),
  }
}

/** What of the world around it a process reaches. */
export async function attemptReach(
  request: ProbeRequest,
): Promise<Pick<ProbeResult, 'tcp' | 'unix' | 'abstract' | 'canary'>> {
  for (const address of request.udp) await sendDatagram(address)
  return {
    tcp: await reachesOne(request.tcp),
    unix: await reachesOne(request.unix.map((socket) => ({ path: socket }))),
    abstract: await reaches({ path: `\0${request.abstract}` }),
    canary: works(() => readFileSync(request.canary)),
  }
}

/** Where another process would reach it, until it is ended. */
export async function listenFor({ listen: name }: ListenRequest): Promise<Listening> {
  if (process.platform === 'linux') await listening({ path: `\0${name}` })
  const address = (await listening({ host: '127.0.0.1', port: 0 }))?.address()
  return { port: typeof address === 'object' && address !== null ? address.port : 0 }
}

/** Null: it must not. */
function listening(options: ListenOptions): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(null))
    server.listen(options, () => resolve(server))
  })
}

function works(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
}

async function reachesOne(all: NetConnectOpts[]): Promise<boolean> {
  return (await Promise.all(all.map(reaches))).includes(true)
}

function reaches(to: NetConnectOpts): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(to)
    socket.setTimeout(2000, () => settle(false))
    const settle = (reached: boolean): void => {
      socket.destroy()
      resolve(reached)
    }
    socket.on('connect', () => settle(true))
    socket.on('error', () => settle(false))
  })
}

function sendDatagram({ host, port }: ProbeRequest['udp'][number]): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.on('error', () => resolve())
    socket.send('probe', port, host, () => resolve())
  })
}

/** A file, or a socket, which needs no right that node would refuse. */
async function leavesIn(folder: string): Promise<boolean> {
  const own = path.join(folder, `.probe-${randomBytes(8).toString('hex')}`)
  const isWritten = works(() => writeFileSync(own, ''))
  if (isWritten) rmSync(own)
  return isWritten || listensOn(`${own}.sock`)
}

function listensOn(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.on('error', () => resolve(false))
    server.listen({ path: file }, () => server.close(() => resolve(true)))
  })
}

function spawns(): Promise<boolean> {
  return new Promise((resolve) => {
    try {
      const child = spawn(process.execPath, ['--version'], { stdio: 'ignore' })
      child.on('error', () => resolve(false))
      child.on('exit', (code) => resolve(code === 0))
    } catch {
      resolve(false)
    }
  })
}

async function imports(name: string): Promise<boolean> {
  try {
    await import(name)
    return true
  } catch {
    return false
  }
}
