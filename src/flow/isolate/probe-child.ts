import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect, type NetConnectOpts, Socket } from 'node:net'
import path from 'node:path'
import { createMessageChannel } from './message-channel.ts'
import { ProbeRequest, type ProbeResult } from './probe-protocol.ts'

// Tries what a hostile flow would try, and tells what it got.
const pipe = new Socket({ fd: 3, readable: true, writable: true })
const channel = createMessageChannel(pipe, {
  schema: ProbeRequest,
  maxBytes: 2 ** 20,
  onMessage: (request) => void probe(request).then(channel.send),
  onFault: () => process.exit(1),
})
pipe.on('close', () => process.exit(0))

async function probe(request: ProbeRequest): Promise<ProbeResult> {
  await sendDatagram(request.udp)
  return {
    tcp: await reaches({ host: '127.0.0.1', port: request.tcp }),
    unix: await reaches({ path: request.unix }),
    abstract: await reaches({ path: `\0${request.abstract}` }),
    canary: works(() => readFileSync(request.canary)),
    signal: works(() => process.kill(request.pid, 0)),
    write: works(() => writeFileSync(path.join(import.meta.dirname, 'written'), '')),
    spawn: await spawns(),
    sqlite: await imports('node:sqlite'),
  }
}

function works(attempt: () => unknown): boolean {
  try {
    attempt()
    return true
  } catch {
    return false
  }
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

function sendDatagram(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = createSocket('udp4')
    socket.on('error', () => resolve())
    socket.send('probe', port, '127.0.0.1', () => resolve())
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
