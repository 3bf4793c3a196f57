import { once } from 'node:events'
import path from 'node:path'
import { findEnvironment, loadServerConfig } from '../../environment/server-config.ts'
import { UserFacingError } from '../../lib/errors.ts'
import type { OidcSettings } from '../../access/auth-options.ts'
import type { MailSettings } from '../../access/mail.ts'
import { createLog } from '../../server/log.ts'
import { startServer } from '../../server/start-server.ts'
import type { Io } from '../io.ts'
import { version } from '../version.ts'
import { startGate } from './start-gate.ts'

export type StartOptions = {
  host: string
  port: number
  data: string
  flow?: string
  /** Of the server itself. */
  config?: string
  /** Of the configuration. */
  env?: string
  role: 'all' | 'api' | 'worker' | 'gate'
  /** Of a gate worker. */
  gateSocket?: string
}

/** Serves until it is interrupted, which is how it ends well. */
export async function start(options: StartOptions, io: Io): Promise<number> {
  const { data, config: file, env, role, gateSocket, ...rest } = options
  if (role === 'gate') return startGate({ data, gateSocket }, io)
  const config = loadServerConfig({ cwd: io.cwd, config: file })
  const log = createLog({
    write: (line) => io.stderr.write(line),
    level: io.interactive ? 'warn' : 'info',
  })
  await using server = await startServer({
    ...rest,
    role,
    gateSocket: gateSocket && path.resolve(io.cwd, gateSocket),
    cwd: io.cwd,
    config,
    environment: env === undefined ? undefined : findEnvironment(config, env),
    env: io.env,
    dataFolder: path.resolve(io.cwd, data),
    databaseUrl: io.env['DATABASE_URL'],
    publicUrl: publicUrl(io.env),
    oidc: oidcSettings(io.env),
    mail: mailSettings(io.env),
    adminEmail: io.env['PROOFLOOP_ADMIN_EMAIL'] || undefined,
    version: version(),
    log,
  })
  io.stdout.write(greeting(server))
  if (!io.signal.aborted) await once(io.signal, 'abort')
  io.stdout.write('Stopping.\n')
  return 0
}

function greeting({ url, signInLink }: { url: string | null; signInLink: string | null }): string {
  if (url === null) return 'Proofloop works on jobs.\nCtrl-C ends it.\n'
  if (signInLink === null) return `Proofloop is running at ${url}\nCtrl-C ends it.\n`
  return `Proofloop is running at ${url}

Open this link; it signs you in, once:

  ${signInLink}

Ctrl-C ends it.
`
}

function publicUrl({ PROOFLOOP_URL: url }: Io['env']): string | undefined {
  if (url === undefined || url === '') return undefined
  if (URL.canParse(url) && /^https?:$/.test(new URL(url).protocol)) return new URL(url).origin
  throw new UserFacingError('url-invalid', 'PROOFLOOP_URL must begin with https:// or http://.')
}

function oidcSettings(env: Io['env']): OidcSettings | null {
  const { PROOFLOOP_OIDC_ISSUER: issuer, PROOFLOOP_OIDC_CLIENT_ID: clientId } = env
  const { PROOFLOOP_OIDC_CLIENT_SECRET: clientSecret } = env
  if (!issuer && !clientId && !clientSecret) return null
  if (issuer && clientId && clientSecret) {
    if (!URL.canParse(issuer)) {
      throw new UserFacingError(
        'url-invalid',
        'PROOFLOOP_OIDC_ISSUER must be an address: https://….',
      )
    }
    const name = env['PROOFLOOP_OIDC_NAME']?.trim() || new URL(issuer).host
    return { issuer, clientId, clientSecret, name }
  }
  throw new UserFacingError(
    'oidc-incomplete',
    'Set PROOFLOOP_OIDC_ISSUER, PROOFLOOP_OIDC_CLIENT_ID and PROOFLOOP_OIDC_CLIENT_SECRET, or none.',
  )
}

/** Links in mails need an address that is no request's: a request can say of itself what it likes. */
function mailSettings(env: Io['env']): MailSettings | null {
  const { PROOFLOOP_SMTP_URL: smtpUrl, PROOFLOOP_MAIL_FROM: from } = env
  const url = publicUrl(env)
  if (!smtpUrl && !from) return null
  if (!smtpUrl || !from || url === undefined) {
    throw new UserFacingError(
      'mail-incomplete',
      'To send mail, set PROOFLOOP_SMTP_URL, PROOFLOOP_MAIL_FROM and PROOFLOOP_URL, to which the links in mails lead.',
    )
  }
  if (URL.canParse(smtpUrl) && /^smtps?:$/.test(new URL(smtpUrl).protocol)) {
    return { smtpUrl, from, url }
  }
  throw new UserFacingError(
    'url-invalid',
    'PROOFLOOP_SMTP_URL must begin with smtp:// or smtps://, for example smtps://name:password@mail.example.org.',
  )
}
