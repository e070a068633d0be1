/** Where Prisma's own command line finds the schema and the migrations. */
export default { schema: 'prisma/schema', migrations: { path: 'prisma/migrations' } };

// These commands do not use the native schema engine, but fetch it unless told that there is one already: any program.
const withoutEngine = ['validate', 'format', 'generate'];
if (withoutEngine.some((command) => process.argv.includes(command))) {
  process.env.PRISMA_SCHEMA_ENGINE_BINARY ??= process.execPath;
}
