/** Hides the tools that put up walls, wherever they lie, from the command behind it. */
const hide = `for name in bwrap unshare setpriv; do
  for folder in /usr/bin /bin /usr/sbin /sbin /usr/local/bin; do
    if [ -e "$folder/$name" ]; then mount --bind /dev/null "$folder/$name"; fi
  done
done
exec "$@"`

/** Start of a command for a machine without bubblewrap and util-linux; needs namespaces itself. */
export const withoutTools: readonly string[] = [
  'unshare',
  ...(process.getuid?.() === 0 ? [] : ['--user', '--map-root-user']),
  '--mount',
  '/bin/sh',
  '-c',
  hide,
  'sh',
]
