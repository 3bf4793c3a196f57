// Runs before `npm start` and `npm test`, on whatever Node npm found. The npm package `node` puts
// Node 24 on the path of our scripts, unless install scripts were switched off.
const needed = 24
if (Number.parseInt(process.versions.node, 10) < needed) {
  process.stderr.write(
    `Error: this checkout runs on Node ${needed}, but npm used ${process.versions.node}: the install script of the package \`node\` did not run. ` +
      'Run `npm rebuild node`, or `npm ci --ignore-scripts=false`, or install Node 24.\n',
  )
  process.exitCode = 2
}
