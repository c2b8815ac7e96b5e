// The same entries through PouchDB: one desk pushes them to a server that speaks CouchDB's protocol,
// another pulls them. Then two desks change one document while both are offline, and we look at
// what a reader is shown.
//
// Usage: node replicate.js ENTRIES.jsonl FOLDER   (prints one line of JSON)
//        node replicate.js serve FOLDER           (the server, in a process of its own, as ours is)
'use strict';
const fs = require('fs');
const path = require('path');
const http = require('http');
const { fork } = require('child_process');
const PouchDB = require('pouchdb');

function serve(folder) {
  const app = require('express')();
  const quiet = { mode: 'minimumForPouchDB', inMemoryConfig: true, logPath: path.join(folder, 'log') };
  app.use('/', require('express-pouchdb')(PouchDB.defaults({ prefix: folder + path.sep }), quiet));
  const server = http.createServer(app);
  server.listen(0, '127.0.0.1', () => process.send(server.address().port));
}

async function main(entriesFile, folder) {
  const served = path.join(folder, 'server');
  fs.mkdirSync(served);
  const server = fork(__filename, ['serve', served]);
  const port = await new Promise((told) => server.once('message', told));
  const url = `http://127.0.0.1:${port}/journal`;
  const Local = PouchDB.defaults({ prefix: folder + path.sep });

  const lines = fs.readFileSync(entriesFile, 'utf8').trim().split('\n');
  const docs = lines.map((line) => { const entry = JSON.parse(line); entry._id = entry.id; return entry; });
  const first = new Local('first');
  for (let at = 0; at < docs.length; at += 500) await first.bulkDocs(docs.slice(at, at + 500));

  // Of batches of 100 (its own choice), 200, 500 and 1,000 it was fastest with 500.
  const options = { batch_size: 500, batches_limit: 10 };
  const started = process.hrtime.bigint();
  const pushed = await first.replicate.to(url, options);
  const between = process.hrtime.bigint();
  const second = new Local('second');
  const pulled = await second.replicate.from(url, options);
  const ended = process.hrtime.bigint();
  const info = await second.info();

  // Two officers write the same field of one case while both are offline.
  await first.put({ _id: 'case', name: '' });
  await first.replicate.to(url);
  await second.replicate.from(url);
  const seen = await first.get('case');
  await first.put({ ...seen, name: '王伟' });
  await second.put({ ...seen, name: '王玮' });
  await first.replicate.to(url);
  await second.replicate.to(url);
  const third = new Local('third');
  await third.replicate.from(url);
  const shown = await third.get('case');
  const listed = (await third.allDocs({ include_docs: true })).rows.filter((row) => row.id === 'case');
  const hidden = (await third.get('case', { conflicts: true }))._conflicts || [];

  console.log(JSON.stringify({
    entries: docs.length,
    push_seconds: Number(between - started) / 1e9,
    pull_seconds: Number(ended - between) / 1e9,
    written: pushed.docs_written,
    read: pulled.docs_written,
    there: info.doc_count,
    shown: new Set([shown.name, ...listed.map((row) => row.doc.name)]).size,
    hidden: hidden.length,
  }));
  server.kill();
  process.exit(0);
}

if (process.argv[2] === 'serve') serve(process.argv[3]);
else main(process.argv[2], process.argv[3]).catch((error) => { console.error(error); process.exit(1); });
