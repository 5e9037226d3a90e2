/**
 * What may go wrong at the doors and below, and the test that shows what happens then. A fault without a test stands here
 * too, so that docs/reliability.md says what nobody has tried.
 */
export type Fault = { fault: string; tests: readonly { file: string; title: string }[] };

const ingest = 'platform/ingest/ingest.db.test.ts';
const protocols = 'platform/ingest/protocols/protocols.test.ts';
const stationFile = 'systems/environment/station-file.test.ts';
const uploads = 'platform/ingest/uploads/uploads.db.test.ts';
const uploadValues = 'platform/ingest/uploads/values.test.ts';
const workbook = 'platform/ingest/uploads/workbook.test.ts';
const idempotency = 'platform/ingest/idempotency.db.test.ts';
const events = 'platform/events/events.db.test.ts';
const outages = 'tests/faults/outages.test.ts';
const fetching = 'platform/ingest/pull/fetch.test.ts';
const pulling = 'platform/ingest/pull/connectors.db.test.ts';
const sftp = 'platform/ingest/drop/sftp.db.test.ts';
const reportSubmit = 'systems/reports/submit.db.test.ts';
const reportStory = 'systems/reports/story.db.test.ts';
const open311 = 'systems/reports/open311/open311.db.test.ts';
const voting = 'systems/participation/voting.db.test.ts';
const initiatives = 'systems/participation/initiatives.db.test.ts';
const surveys = 'systems/participation/surveys.db.test.ts';
const sensors = 'systems/citizen-sensors/sensors.db.test.ts';
const one = (file: string, ...titles: string[]) => titles.map((title) => ({ file, title }));

export const faults: readonly Fault[] = [
  {
    fault: 'half-written file',
    tests: one(ingest, 'leaves a half-written file where it is, and takes the rest when it is whole'),
  },
  {
    fault: 'upload by SFTP cut in the middle, gone on with, sent again; the server gone between upload and taking',
    tests: one(
      sftp,
      'hides a half-written file from the door, goes on with it after a cut, and lets it be sent again',
      'takes a file, under its name or renamed to it, and it becomes observations though nothing took it for a while',
    ),
  },
  {
    fault: 'SFTP: another’s folder, path out of the folder, links, commands, shell, ports, a file too long',
    tests: one(
      sftp,
      'lets a device in by its key only, and keeps the key by which it is known',
      'shows a device its own folders only: no other station’s, nothing above, no other names, no links',
      'can do nothing but write: no command, no shell, no port, no reading, no removing of what was handed in',
      'refuses a file that is too long, and hands in what was left unfinished for an hour',
    ),
  },
  {
    fault: 'wrong encoding',
    tests: [
      ...one(stationFile, 'refuses a wrong name, other encodings and binary data as a whole, in words'),
      ...one(uploadValues, 'of Windows is converted, Vietnamese or Western, and its encoding told'),
    ],
  },
  {
    fault: 'byte order mark, comma decimals',
    tests: [
      ...one(stationFile, 'takes Windows line ends, a BOM, commas in numbers and names written otherwise'),
      ...one(
        uploadValues,
        'in utf-8 is read, with a byte order mark or without',
        'in utf-16le is read, with a byte order mark or without',
        'in utf-16be is read, with a byte order mark or without',
        'is refused where it fits the other sign only, and never guessed',
      ),
    ],
  },
  {
    fault: 'future and ancient times',
    tests: [
      ...one(
        ingest,
        'refuses a future time, an unreadable time, and tells nothing of entities that are not the device’s own',
      ),
      ...one(uploads, 'tells of each row why it is refused: station, parameter, unit, time, number'),
    ],
  },
  {
    fault: 'duplicate rows',
    tests: [
      ...one(ingest, 'takes the same batch twice without doubling'),
      ...one(uploads, 'sent twice doubles nothing; rows in any order, and the last of two for one time counts'),
      ...one(events, 'gives a follower each row once, in order, whatever was resent'),
    ],
  },
  {
    fault: 'out-of-order rows',
    tests: [
      ...one(
        'platform/history/history.db.test.ts',
        'is what a fresh computation over the rows gives, whatever order data come in',
      ),
      ...one(uploads, 'sent twice doubles nothing; rows in any order, and the last of two for one time counts'),
    ],
  },
  {
    fault: 'unknown station',
    tests: [
      ...one(ingest, 'keeps garbage and strangers in quarantine, and takes them when the station is made known'),
      ...one(protocols, 'gives a figure of an unknown thing to nobody'),
      ...one(uploads, 'tells of each row why it is refused: station, parameter, unit, time, number'),
    ],
  },
  {
    fault: 'unknown parameter',
    tests: [
      ...one(ingest, 'takes what is good in a batch and tells what is bad with its index and reason'),
      ...one(uploads, 'tells of each row why it is refused: station, parameter, unit, time, number'),
    ],
  },
  {
    fault: 'unit mismatch',
    tests: [
      ...one(stationFile, 'keeps the good lines and tells each bad one with its number'),
      ...one(uploads, 'tells of each row why it is refused: station, parameter, unit, time, number'),
    ],
  },
  {
    fault: 'status 01 and 02 (calibration, fault)',
    tests: one(
      'platform/history/history.db.test.ts',
      'sums hours and local days, leaves calibration and faults out, and shows gaps as gaps',
    ),
  },
  {
    fault: 'not a number, infinity',
    tests: [
      ...one(ingest, 'may say nonsense: names of every object, deep nesting, no numbers'),
      ...one(uploads, 'tells of each row why it is refused: station, parameter, unit, time, number'),
    ],
  },
  { fault: 'a line of 10 MB', tests: one(ingest, 'passes a line of 10 MB by, and goes on after it') },
  {
    fault: 'more lines than fit into memory (12,000 lines show the pieces; 1,000,000 rows were not tried)',
    tests: one(ingest, 'commits piece by piece: 12,000 lines are more than one'),
  },
  {
    fault: 'upload of 1,000,000 rows (CSV; read, checked and counted in pieces, 12,000 of them stored)',
    tests: one(
      uploads,
      'is checked with its 1,000,000 rows in the memory of a piece',
      'goes on after the server stopped in the middle, and counts and refuses each row once',
      'waits while the log takes no more, and is not refused',
    ),
  },
  {
    fault: 'server restarted in the middle of an upload',
    tests: one(uploads, 'goes on after the server stopped in the middle, and counts and refuses each row once'),
  },
  {
    fault: 'XLSX with formulas and merged cells',
    tests: one(
      workbook,
      'gives the stored values of formulas, dates as they are shown, and a merged cell’s value in all it covers',
    ),
  },
  {
    fault: 'zip bomb, a zip archive that lies about its size, XML entities that expand one another',
    tests: one(
      workbook,
      'that is a zip bomb, packed a thousand to one, is refused before it is expanded',
      'of too many entries, too large in all, or with texts that fill the memory is refused',
      'that lies in its directory about its size is not read beyond it',
      'with entities that expand one another is refused',
    ),
  },
  {
    fault: 'a file that is not what its name says, or cut off',
    tests: [
      ...one(
        uploadValues,
        'that is a picture is refused by its content',
        'that is an old workbook is refused by its content',
        'that is a text called XLSX is refused by its content',
        'that is nothing is refused by its content',
      ),
      ...one(workbook, 'that is another zip archive, or cut off, is refused by its content'),
    ],
  },
  {
    fault: 'a quotation mark that is never closed',
    tests: one(uploadValues, 'whose quotation mark is never closed is refused, not swallowed'),
  },
  {
    fault: 'a batch sent again under its Idempotency-Key, with another body, while the first is at work',
    tests: one(
      idempotency,
      'gets the first answer again, also when it was corrected meanwhile',
      'with another body is refused with 422, and the key of another device is another key',
      'is answered 409 while the first is at work, until that is over or its process is dead',
    ),
  },
  {
    fault: 'a device with another’s key',
    tests: one(
      ingest,
      'lets no stranger in',
      'asks who calls before it reads the body, and forgets a blocked device within seconds',
      'are refused with a wrong token, and cannot write what is not theirs',
    ),
  },
  {
    fault: 'MQTT topic outside a device’s rights',
    tests: one(ingest, 'acknowledges only what is committed, and a device writes to its own entities only'),
  },
  {
    fault: 'formula injection in exports',
    tests: [
      ...one('platform/indicators/periods.test.ts', 'never hands a spreadsheet a formula'),
      ...one(
        uploadValues,
        'never hands a spreadsheet a formula in the file of refused rows, and reads it back as it was',
      ),
    ],
  },
  {
    fault: 'SSRF through pull connectors: loopback, link-local and private addresses, as numbers, in IPv6, by a name',
    tests: [
      ...one(
        fetching,
        'is refused by what its name means, and where only one of its addresses is private',
        'is asked in a private network that the configuration names, and only there',
        'is refused where it is not the public internet: this machine, its network, in any way of writing a number',
      ),
      ...one(
        pulling,
        'keeps an answer that it cannot read, whole, and refuses addresses of this machine when it runs too',
      ),
    ],
  },
  {
    fault: 'SSRF by redirects and by a DNS change between check and connection; keys sent elsewhere',
    tests: [
      ...one(
        fetching,
        'to this machine is refused like the address itself, by name and by number',
        'to another origin takes no key along, to its own does, and ends after five',
        'is connected to as it was checked, though its name means another machine a moment later',
      ),
      ...one(
        pulling,
        'keeps its key sealed: in no answer, no audit entry, no table, no run, and sends it to no other origin',
      ),
    ],
  },
  {
    fault: 'an agency’s answer: gzip bomb, body without end, body that drips',
    tests: one(
      fetching,
      'is unpacked, and is refused where it is too long packed or unpacked',
      'without end is cut off at the limit',
      'that drips, heads that never come, and a look-up that hangs end at the time limit',
    ),
  },
  {
    fault: 'a process that fetches is stopped or killed in the middle; several would fetch at once',
    tests: one(pulling, 'is run once over all processes, and what a lost process began is begun again'),
  },
  {
    fault: 'JSON nested too deep, names that every object has',
    tests: one(
      ingest,
      'may say nonsense: names of every object, deep nesting, no numbers',
      'makes no series of names that every object has',
    ),
  },
  {
    fault: 'slow-loris (heads that never end)',
    tests: one('platform/http/slow.test.ts', 'cuts off heads that never end, and answers others meanwhile'),
  },
  {
    fault: 'kill -9 of the server and of the database while data come in',
    tests: one(
      'tests/kill.test.ts',
      'keeps every acknowledged value once, its sums, its one alert and the audit chain',
    ),
  },
  {
    fault: 'kill -9 of each process where the platform runs in roles',
    tests: one('tests/processes.test.ts', 'loses and doubles nothing while each of the five is killed'),
  },
  {
    fault: 'kill -9 at each single step of ingest, chosen and not by chance (server and database), and in compaction',
    tests: one(
      'tests/faults/steps.test.ts',
      'dies at each chosen step of ingest, and keeps every acknowledged value, its sums and its alerts once',
      'dies in the midst of compaction, and the next run finds every value once',
    ),
  },
  {
    fault: 'late or corrected data older than the raw values that are kept',
    tests: one(
      'platform/history/retention.db.test.ts',
      'refuses later what is older than what is kept, in words, and no sum is made from what is left',
      'waits for followers: what is not in the sums yet does not go',
    ),
  },
  {
    fault: 'a transaction that commits late',
    tests: one(
      events,
      'does not skip an event whose transaction commits late',
      'reads transactions by their number, also where its digits grow',
    ),
  },
  {
    fault: 'clock jump of a day both ways (libfaketime)',
    tests: one('tests/faults/clock.test.ts', 'a clock that jumps a day ahead and back'),
  },
  {
    fault: 'disk full',
    tests: one(
      'tests/faults/disk-full.test.ts',
      'a full disk: no value is acknowledged and lost, and all goes on when there is room',
    ),
  },
  {
    fault: 'disk lost',
    tests: one(
      'tests/faults/lost-disk.test.ts',
      'a lost disk: the command brings back what the back-ups hold, and the province goes on',
    ),
  },
  {
    fault: 'more transactions at once than connections, each asking for another one',
    tests: one(
      'platform/database/database.db.test.ts',
      'lets far more transactions than it has connections ask beside themselves, and none waits for ever',
    ),
  },
  {
    fault: 'store of back-ups (S3) gone and back',
    tests: one(
      'server/back-up-bucket.db.test.ts',
      'archives, makes a base, and restores to a moment; the store gone and back loses nothing',
    ),
  },
  {
    fault: 'database gone and back',
    tests: one(outages, 'the database gone and back: nothing acknowledged is lost, and followers go on'),
  },
  {
    fault: 'mail server gone and back',
    tests: one(outages, 'the mail server gone and back: the message waits without losing a try, and goes out once'),
  },
  {
    fault: 'outside MQTT broker gone and back',
    tests: one(
      'platform/ingest/outside-broker.db.test.ts',
      'takes what the province’s own broker brings, misses nothing while either was away, and acknowledges what is kept',
    ),
  },
  {
    fault: 'part of a quarantined file refused again, the same bad file sent again, two officers at one entry',
    tests: one(
      ingest,
      'goes on waiting where some of it is still refused, with today’s reasons',
      'shows what comes again after someone had dropped it',
      'is decided once, and the decision stands in the audit log with it',
    ),
  },
  { fault: 'too much at once', tests: one(events, 'refuses rather than fill the memory') },
  {
    fault: 'a source cut off while its figures are on a screen; a screen that lost the server',
    tests: one(
      'tests/late-figures.test.ts',
      'is greyed and called old on every screen that shows it, and on none before',
      'is told apart from a screen that lost the server, which says that',
    ),
  },
  {
    fault: 'files that do not come any more, of one station and of a whole door',
    tests: one(
      'platform/sources/files.db.test.ts',
      'says of each station’s files and of the door how they stand: how many came of how many, the last, refused, waiting',
    ),
  },
  {
    fault: 'a live stream: network loss, a reader that takes nothing, rights taken away while it is open',
    tests: one(
      'platform/live/live.db.test.ts',
      'goes on after a network loss where it was cut off, without gap or double',
      'cuts off one that reads nothing, who then gets the rest, and holds up nobody',
      'tells nothing more to one whose rights were taken away while they listened, and ends for a closed account',
    ),
  },
  {
    fault: 'a report’s photo that is no photo, or of 50 MB, or more than promised',
    tests: one(reportStory, 'of 50 MB is refused before a byte is sent, and one that is no photo when it is whole'),
  },
  {
    fault: 'a report’s video that is none, of 50 MB, too long, broken off, with a page or a lie inside',
    tests: [
      ...one(
        'platform/files/video.test.ts',
        'is refused when it is longer than half a minute, whatever its head says',
        'is no video when only its beginning or its name says so',
        'takes along nothing that hides beside its pictures',
        'that names a billion pictures, or the same bytes again and again, ends soon and costs no memory',
      ),
      ...one(
        'systems/reports/video.db.test.ts',
        'a video whose line broke goes on where it stood, and is played by its sender and its officers, by nobody else',
        'what is no video, too long or too large is refused in words, and so is a second one',
      ),
    ],
  },
  {
    fault: 'server killed while a citizen’s photo uploads',
    tests: one(
      'tests/kill-upload.test.ts',
      'a photo whose server was killed goes on at the byte that is there, and its report is one',
    ),
  },
  {
    fault: 'a report outside the province; a body that was tampered with',
    tests: one(
      reportSubmit,
      'is refused in words outside the province, with an unknown category, and with fields that it does not have',
    ),
  },
  {
    fault: 'a report sent twice: double tap, offline twice then online',
    tests: one(
      reportSubmit,
      'is one report, however often the same draft comes: a double tap, or offline twice and then online',
    ),
  },
  {
    fault: 'guessing follow codes, forged addresses of photos',
    tests: [
      ...one(
        reportSubmit,
        'cannot be guessed: wrong codes tell nothing, and after many no code is looked at from there',
      ),
      ...one(
        reportStory,
        'a report goes from the citizen through moderation, commune and head to the answer, the rating and one reopening',
      ),
    ],
  },
  {
    fault: 'a report’s deadline across Tết',
    tests: one(reportStory, 'sent before Tết gets a deadline after it'),
  },
  {
    fault: 'reopening a report after the days allowed',
    tests: one(reportStory, 'is not reopened after the days allowed, and says so in words'),
  },
  {
    fault: 'ten times the load that fits, for a minute',
    tests: one(
      'tests/faults/overload.test.ts',
      'ten times what fits, for a minute: nothing taken is lost or doubled, the rest is told to come back',
    ),
  },
  {
    fault: 'a report edited by two at once; a sent request edited and sent again under its id',
    tests: [
      ...one(reportStory, 'tells the second of two officers who did what'),
      ...one(
        reportSubmit,
        'is one report, however often the same draft comes: a double tap, or offline twice and then online',
      ),
    ],
  },
  {
    fault: 'Open311 with a wrong jurisdiction, key or service, missing attributes, no place, or sent twice',
    tests: one(
      open311,
      'is refused in the standard’s form: key, jurisdiction, service, attributes, place, text',
      'names a required attribute that is missing',
      'of another jurisdiction or code are not found, in the standard’s form of errors',
      'again by a client that lost the answer is the same one',
    ),
  },
  {
    fault: 'a picture’s address that points into a private network, or at no picture',
    tests: one(
      open311,
      'is fetched afterwards, from no private network unless the operator named it, and only where it is a picture',
    ),
  },
  {
    fault: 'a process killed while the followers of a report are told of a step',
    tests: one(
      'systems/reports/messages.db.test.ts',
      'are of one step each and sent once, when the process dies before the end and begins again',
    ),
  },
  {
    fault:
      'a receiver’s link forged, expired or of a report that was taken away; its system away, or in a private network',
    tests: one(
      'systems/reports/handover.db.test.ts',
      'has a link that is good for its report and its days only',
      'that leaves its time unused is reminded once; one whose report was taken away sees nothing to do',
      'with an API of its own gets JSON, signed and once, through the guard; what it does not take is tried again',
    ),
  },
  {
    fault: 'photos uploaded and never sent',
    tests: one(
      'systems/reports/closing.db.test.ts',
      'photos that were uploaded and never sent with a report are gone a week later, those of reports stay',
    ),
  },
  {
    fault: 'one sender floods reports, or many send the same',
    tests: one(
      'systems/reports/abuse.db.test.ts',
      'are put on what many send alike, on links and on letters without words; each report stays as it was sent',
      'of a report’s sender keeps that device out and no other, says why, until when and how to appeal, and ends',
    ),
  },
  {
    fault: 'a citizen’s phone: no network, twice; a photo that is none, one too large, GPS outside the province',
    tests: one(
      'tests/report-citizen.test.ts',
      'writes without a network, twice, and each is sent once by itself when the network is back',
      'is said in words: a photo that is none, one too large, a place outside the province',
      'reports in a few touches; a double tap is one report; follows it, rates the answer and reopens it',
    ),
  },
  {
    fault: 'an officer of another commune at the desk of reports; a phone that sends the same answer again',
    tests: [
      ...one(
        'tests/report-officer.test.ts',
        'a report goes over the desk from the operator to the published answer with a photo of after, the officer on a phone',
      ),
      ...one(
        'systems/reports/desk.db.test.ts',
        'takes what was found at the place once, with both times, and one answer however often a phone sends it',
      ),
    ],
  },
  {
    fault: 'an officer’s phone without a network: switched off and on, a report that changed or went away meanwhile',
    tests: one(
      'tests/field.test.ts',
      'an officer opens the page without a network, inspects, answers with a photo of after, and all arrives once',
      'an answer to what was changed meanwhile is shown with its reason, and sent after the officer has looked',
      'what is personal leaves the device at sign-out and after its day',
    ),
  },
  {
    fault: 'the hotline: a caller who claims another’s number, a blocked caller, an act sent twice',
    tests: one(
      'systems/reports/hotline.db.test.ts',
      'tells nothing but the step of a report about an officer, since whoever calls may only claim the number',
      'sends a new code only to the number that reported, three times a day, and never to the screen',
      'tells the operator why a blocked number cannot report',
      'takes a report, reads out its code and posts it by text message; sent again it is one report and one message',
    ),
  },
  {
    fault: 'vote twice: two tabs, two accounts of one person, one account in two ways, online and on paper',
    tests: one(
      voting,
      'is one for each person: not in two tabs, not with two accounts of one person',
      'is one for each account: not by the national identity and by a code besides, in either order',
      'on paper counts when a second person counted the same, and nobody votes in both ways',
    ),
  },
  {
    fault: 'ballot forged, altered, of another consultation, over the budget; answer lost on the way',
    tests: one(
      voting,
      'is refused to who lives elsewhere, whose residence is unknown, and forged ballots',
      'cannot be altered on the board without being seen: choice, ballot twice, ballot too many',
      'over a budget is refused where it asks for more than there is',
      'survives a lost answer: the same request gives the same signature, the same ballot the same receipt',
    ),
  },
  {
    fault: 'support twice, from elsewhere; initiative tapped twice; server gone when support was enough',
    tests: one(
      initiatives,
      'counts a person once: two tabs at once, and one account that signed in in two ways',
      'is proposed by who lives there, masked, let through by a person, supported, and answered by a clock',
      'ends when its time is over without enough support; what reached it while the server was down is raised',
    ),
  },
  {
    fault: 'comments: insults, personal data, links, floods, many who report one',
    tests: one(
      initiatives,
      'lets a person look first at insults, personal data and links; refused ones nobody but their writer sees',
      'hides what many report until a person has looked; what is taken off leaves its place and the reason',
      'is under consultations too, and nobody floods it',
    ),
  },
  {
    fault: 'survey answered twice, by a guessed invitation, after its end',
    tests: one(
      surveys,
      'a survey is answered once for each invitation, also by two at the same moment, and nothing ties the two',
      'refuses wrong, missing and unknown answers, and invitations that are none',
      'is opened, read and closed by its own unit alone; closed, it takes no answer',
    ),
  },
  {
    fault: 'a citizen’s sensor: another’s key, a key after retirement or renewal, account deleted',
    tests: one(
      sensors,
      'is its owner’s alone: another’s key, key page and retirement are no one’s',
      'takes only the newest key, and none once it is retired',
      'goes with its owner’s account: key, name and owner',
    ),
  },
  {
    fault: 'a citizen’s sensor: impossible values, wrong clock, flood, place outside the province, one too many',
    tests: one(
      sensors,
      'keeps out impossible values and wrong clocks, and tells its owner why',
      'that floods is stopped, and others go on',
      'asks for an account, a place in the province, and gives no key twice',
      'cannot be one too many, also not at the same moment',
    ),
  },
  {
    fault: 'a citizen’s sensor beside a station says 500 µg/m³ too much',
    tests: one(sensors, 'official figures, averages, alerts and sources know nothing of a sensor beside the station'),
  },
];
