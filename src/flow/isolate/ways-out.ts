import { createSocket, type SocketType } from 'node:dgram'
import { networkInterfaces } from 'node:os'

/** For documentation only: nobody has these addresses, but any network has a way to them. */
const elsewhere = [
  ['udp4', '192.0.2.1'],
  ['udp6', '2001:db8::1'],
] as const

/** How a process could leave this machine by network: interfaces and routes; empty without one. Sends nothing. */
export async function waysOut(): Promise<string[]> {
  const interfaces = Object.entries(networkInterfaces())
    .filter(([, addresses = []]) => addresses.some(({ internal }) => !internal))
    .map(([name]) => name)
  const routes = await Promise.all(
    elsewhere.map(async ([type, host]) =>
      (await hasRoute(type, host)) ? `route to ${host}` : null,
    ),
  )
  return [...interfaces, ...routes.filter((route) => route !== null)]
}

/** To connect a socket for datagrams looks the way up, and no more. */
function hasRoute(type: SocketType, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket(type)
    const settle = (found: boolean): void => {
      socket.close()
      resolve(found)
    }
    socket.once('error', () => settle(false))
    socket.once('connect', () => settle(true))
    socket.connect(9, host)
  })
}
