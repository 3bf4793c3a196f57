// CPU time and memory of `proofloop --help` above an empty Node, in turns. Run after `npm run build`:
// node --conditions=proofloop-source bench/startup.ts
import { spawn } from 'node:child_process'
import { once } from 'node:events'

const rounds = 9

/** Runs Node and lets it say, as it ends, what it used: CPU milliseconds and peak megabytes. */
async function usage(args: string[]): Promise<{ cpuMs: number; rssMb: number }> {
  const report = `data:text/javascript,process.on('exit',()=>{const u=process.resourceUsage();process.stderr.write('USAGE '+(u.userCPUTime+u.systemCPUTime)/1000+' '+u.maxRSS/1024)})`
  const child = spawn(process.execPath, ['--import', report, ...args], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  let text = ''
  child.stderr.setEncoding('utf8').on('data', (part: string) => (text += part))
  await once(child, 'close')
  const [, cpuMs, rssMb] = /USAGE (\S+) (\S+)/.exec(text) ?? []
  return { cpuMs: Number(cpuMs), rssMb: Number(rssMb) }
}

const median = (values: number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

const empty = []
const help = []
for (let round = 0; round < rounds; round += 1) {
  empty.push(await usage(['-e', '0']))
  help.push(await usage(['bin/proofloop.js', '--help']))
}
const result = {
  rounds,
  cpuMsAboveEmptyNode: median(help.map((u) => u.cpuMs)) - median(empty.map((u) => u.cpuMs)),
  peakRssMb: {
    emptyNode: median(empty.map((u) => u.rssMb)),
    help: median(help.map((u) => u.rssMb)),
  },
}
process.stdout.write(`${JSON.stringify(result, null, 2)}\n`)
