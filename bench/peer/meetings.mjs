// The peer of POST /api/meetings: what a competent Node developer writes with Express and pg for the same job, on the
// tables of the product: the same look-up of the API key, the same validation, the same INSERT, the same answer.
import { createHash, randomBytes, randomInt } from 'node:crypto';
import express from 'express';
import pg from 'pg';

const MAX_TITLE = 200;
const MAX_PARTICIPANTS = 500;
const ACTIVE_MEETINGS = 1_000_000;
const AHEAD_MIN_MS = 30_000;
const AHEAD_MAX_MS = 365 * 86_400_000;
const FIELDS = new Set(['title', 'scheduledAt', 'muteOnJoin', 'videoOffOnJoin', 'maxParticipants']);
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';
const API_KEY = /^mk_[0-9a-f]{48}$/;
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

// Named statements are prepared once on each connection.
const FIND_KEY = {
  name: 'find-key',
  text: 'SELECT id, user_id FROM api_keys WHERE key_hash = $1 AND is_active',
};
const INSERT = {
  name: 'insert-meeting',
  text: `
    INSERT INTO meetings (
        meeting_id, owner_id, payer_user_id, payer_company_id, title, status, mute_on_join, video_off_on_join,
        max_participants, admin_token_hash, scheduled_at, created_at, activated_at
    )
    SELECT $1, id, CASE WHEN company_id IS NULL THEN id END, company_id, $3, $4, $5, $6, $7, $8, $9, $10, $11
    FROM users
    WHERE id = $2 AND
    (CASE WHEN users.company_id IS NULL
        THEN (SELECT amount FROM balances WHERE balances.user_id = users.id)
        ELSE (SELECT amount FROM balances WHERE balances.company_id = users.company_id)
    END) > 0
    AND (CASE WHEN users.company_id IS NULL
        THEN (SELECT count(*) FROM (
            SELECT 1 FROM meetings WHERE payer_user_id = users.id AND status = $4 LIMIT $12
        ) AS open)
        ELSE (SELECT count(*) FROM (
            SELECT 1 FROM meetings WHERE payer_company_id = users.company_id AND status = $4 LIMIT $12
        ) AS open)
    END) < $12
    ON CONFLICT (meeting_id) DO NOTHING
    RETURNING meeting_id`,
};

const pool = new pg.Pool({ connectionString: process.env.DATABASE_PUBLIC_URL, max: 20 });
const app = express();
app.disable('x-powered-by');
app.disable('etag');
app.use(express.json({ limit: '64kb' }));

const sha256 = (text) => createHash('sha256').update(text).digest();

function letters(count) {
  let text = '';
  for (let i = 0; i < count; i += 1) text += LETTERS[randomInt(26)];
  return text;
}

/** Return what is wrong with the body, or undefined. */
function complaint(body) {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return 'The body must be an object';
  for (const field of Object.keys(body)) if (!FIELDS.has(field)) return `Unknown field ${field}`;
  const { title, scheduledAt, muteOnJoin, videoOffOnJoin, maxParticipants } = body;
  if (title !== undefined && (typeof title !== 'string' || title.trim().length < 1 || title.length > MAX_TITLE)) {
    return 'title must have 1 to 200 characters';
  }
  if (muteOnJoin !== undefined && typeof muteOnJoin !== 'boolean') return 'muteOnJoin must be true or false';
  if (videoOffOnJoin !== undefined && typeof videoOffOnJoin !== 'boolean') return 'videoOffOnJoin must be true or false';
  if (
    maxParticipants !== undefined &&
    (!Number.isInteger(maxParticipants) || maxParticipants < 1 || maxParticipants > MAX_PARTICIPANTS)
  ) {
    return 'maxParticipants must be a whole number from 1 to 500';
  }
  if (scheduledAt !== undefined) {
    if (typeof scheduledAt !== 'string' || !RFC3339.test(scheduledAt)) return 'scheduledAt must be an RFC 3339 date';
    const ahead = Date.parse(scheduledAt) - Date.now();
    if (!(ahead >= AHEAD_MIN_MS && ahead <= AHEAD_MAX_MS)) return 'scheduledAt must be within a year';
  }
  return undefined;
}

async function ownerOf(key) {
  if (key === undefined || !API_KEY.test(key)) return undefined;
  const { rows } = await pool.query({ ...FIND_KEY, values: [sha256(key)] });
  return rows[0]?.user_id;
}

app.post('/api/meetings', async (request, response) => {
  const ownerId = await ownerOf(request.get('x-api-key'));
  if (ownerId === undefined) return response.status(401).json({ error: 'Missing or invalid API key' });
  const wrong = complaint(request.body);
  if (wrong !== undefined) return response.status(400).json({ error: wrong });

  const { title = 'Untitled Meeting', scheduledAt, muteOnJoin = false, videoOffOnJoin = false } = request.body;
  const { maxParticipants = 50 } = request.body;
  const meetingId = `${letters(3)}-${letters(4)}-${letters(3)}`;
  const adminToken = randomBytes(32).toString('hex');
  const status = scheduledAt === undefined ? 'active' : 'scheduled';
  const now = new Date();
  const { rowCount } = await pool.query({
    ...INSERT,
    values: [
      meetingId,
      ownerId,
      title.trim(),
      status,
      muteOnJoin,
      videoOffOnJoin,
      maxParticipants,
      sha256(adminToken),
      scheduledAt === undefined ? null : new Date(scheduledAt),
      now,
      scheduledAt === undefined ? now : null,
      ACTIVE_MEETINGS,
    ],
  });
  if (rowCount !== 1) return response.status(409).json({ error: 'Too many meetings' });
  return response
    .status(201)
    .set('Cache-Control', 'no-store')
    .json({
      meetingId,
      adminToken,
      joinUrl: `/join/${meetingId}`,
      title: title.trim(),
      status,
      settings: { muteOnJoin, videoOffOnJoin, maxParticipants, locked: false, waitingRoom: false },
    });
});

app.listen(Number(process.env.PORT), '127.0.0.1');
