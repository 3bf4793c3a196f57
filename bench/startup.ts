// CPU time and memory of `proofloop --help` above an empty Node, in turns. Run after `npm run build`:
// node --conditions=proofloop-source bench/startup.ts
import { median, processUsage } from './process-usage.ts'

const rounds = 9

const empty = []
const help = []
for (let round = 0; round < rounds; round += 1) {
  empty.push(await processUsage(['-e', '0']))
  help.push(await processUsage(['bin/proofloop.js', '--help']))
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
