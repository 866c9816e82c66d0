// Starts a server of npm on a free port of 127.0.0.1: node npm-server.js PACKAGE-FOLDER NAME. Says the port in one line.
const [folder, name] = process.argv.slice(2);
const servers = {
    dynalite: (make) => make({}),
    'cosmosdb-server': (make) => make.createHttpServer({ keepAlive: true }),
};
const packages = { dynalite: 'dynalite', 'cosmosdb-server': '@vercel/cosmosdb-server' };
const server = servers[name](require(`${folder}/node_modules/${packages[name]}`));
server.on('error', (error) => { console.error(error.message); process.exit(1); });
server.listen(0, '127.0.0.1', () => console.log(`listening ${server.address().port}`));
