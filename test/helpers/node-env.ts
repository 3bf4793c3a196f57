const { PATH, NODE_COMPILE_CACHE } = process.env

/** All that a process of ours needs of the environment, and where it finds sources that others have compiled. */
export const nodeEnv = { PATH, NODE_COMPILE_CACHE }
