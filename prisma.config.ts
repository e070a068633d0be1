/** Where Prisma's own command line finds the schema and the migrations, for those who want it. */
export default { schema: 'prisma/schema', migrations: { path: 'prisma/migrations' } };
