"""What is said to Neo4j to change the graph: Cypher by name.

Knows the shape of graph.neo4j_schema. Whoever runs these holds the customer first (HOLD), so that one writer at a time works on a
customer, and what it reads after that is what it writes upon. `seq` is given by the caller, from the customer's `written`.
"""

from typing import LiteralString

from graph.neo4j_reads import ADDRESSES, WAITING

# A property set and removed takes the node's lock until the transaction ends, and leaves nothing. An unknown customer is a null.
HOLD: LiteralString = f"""
OPTIONAL MATCH (c:Customer {{tenant: $tenant, customer: $customer}})
SET c.held = true
REMOVE c.held
WITH c
RETURN c {{.*}}, {ADDRESSES}"""
# The same with whose the session is, and the facts that a commit ends.
HOLD_FOR_COMMIT: LiteralString = f"""
OPTIONAL MATCH (c:Customer {{tenant: $tenant, customer: $customer}})
SET c.held = true
REMOVE c.held
WITH c
OPTIONAL MATCH (s:Session {{tenant: $tenant, id: $session}})
RETURN c {{.*}}, {ADDRESSES}, s.customer, COLLECT {{
    UNWIND $ids AS id MATCH (f:Fact {{tenant: $tenant, customer: $customer, id: id}}) RETURN f.body }}"""
# All that decides whether a turn can be accepted, read under the lock.
HOLD_FOR_TURN: LiteralString = """
OPTIONAL MATCH (c:Customer {tenant: $tenant, customer: $customer})
SET c.held = true
REMOVE c.held
WITH c
OPTIONAL MATCH (known:Turn {tenant: $tenant, channel: $channel, key: $key})
OPTIONAL MATCH (same:Turn {tenant: $tenant, customer: $customer, id: $id})
OPTIONAL MATCH (s:Session {tenant: $tenant, id: $session})
RETURN c {.*}, known.body, same.body, s.customer"""
CREATE_CUSTOMER: LiteralString = """
MERGE (c:Customer {tenant: $tenant, customer: $customer})
SET c += $properties"""
# An address that was linked without being verified gives way to another customer; any other stays whose it is.
WRITE_ADDRESSES: LiteralString = """
MATCH (c:Customer {tenant: $tenant, customer: $customer})
UNWIND $rows AS row
MERGE (a:Address {tenant: $tenant, channel: row.channel, value: row.value})
ON CREATE SET a.customer = $customer, a.seq = row.seq, a.verified = row.verified, a.linked_at = row.linked_at
SET a.held = true
REMOVE a.held
WITH c, row, a, a.customer = $customer AS ours
WITH c, row, a, ours, NOT ours AND NOT a.verified AND a.linked_at IS NOT NULL AS yields
SET a.verified = CASE WHEN ours THEN a.verified OR row.verified WHEN yields THEN row.verified ELSE a.verified END,
    a.linked_at = CASE WHEN ours THEN coalesce(a.linked_at, row.linked_at) WHEN yields THEN row.linked_at ELSE a.linked_at END,
    a.seq = CASE WHEN yields THEN row.seq ELSE a.seq END,
    a.customer = CASE WHEN yields THEN $customer ELSE a.customer END
WITH c, a, yields
CALL (a, yields) { WITH a, yields WHERE yields MATCH (a)<-[old:HAS_ADDRESS]-() DELETE old }
CALL (c, a) { WITH c, a WHERE a.customer = c.customer MERGE (c)-[:HAS_ADDRESS]->(a) }
RETURN a.customer"""

CREATE_TURN: LiteralString = """
MATCH (c:Customer {tenant: $tenant, customer: $customer})
SET c.written = $seq + 1, c.last_place = $properties.place
CREATE (t:Turn {tenant: $tenant, customer: $customer, id: $id, seq: $seq})
SET t += $properties"""
ADVANCE: LiteralString = """
MATCH (c:Customer {tenant: $tenant, customer: $customer})
SET c += $properties"""
WRITE_SESSIONS: LiteralString = """
MATCH (c:Customer {tenant: $tenant, customer: $customer})
UNWIND $parts.sessions AS row
MERGE (s:Session {tenant: $tenant, id: row.id})
ON CREATE SET s.customer = $customer, s.seq = row.seq
SET s += row.properties
MERGE (c)-[:HAS_SESSION]->(s)"""
WRITE_TURNS: LiteralString = """
UNWIND $parts.turns AS row
MERGE (t:Turn {tenant: $tenant, customer: $customer, id: row.id})
SET t += row.properties, t.seq = coalesce(t.seq, row.seq)
WITH t, row
CALL (t, row) { MATCH (s:Session {tenant: $tenant, id: row.session}) MERGE (s)-[:HAS_TURN]->(t) }
CALL (t, row) { MATCH (said:Turn {tenant: $tenant, customer: $customer, id: row.reply_to}) MERGE (t)-[:REPLY_TO]->(said) }
CALL (t) { MATCH (t)-[old:MENTIONS]->() DELETE old }
CALL (t, row) {
  UNWIND row.mentions AS mention
  MERGE (e:Entity {tenant: $tenant, customer: $customer, id: mention.entity})
  CREATE (t)-[:MENTIONS {text: mention.text, kind: mention.kind, confidence: mention.confidence}]->(e)
}"""
WRITE_ENTITIES: LiteralString = """
UNWIND $parts.entities AS row
MERGE (e:Entity {tenant: $tenant, customer: $customer, id: row.id})
REMOVE e:$($labels)
SET e:$(row.labels), e += row.properties, e.seq = coalesce(e.seq, row.seq)
WITH e, row
CALL (e) { MATCH (e)-[old:BELONGS_TO|SAME_AS|HAS_MEMBER]->() DELETE old }
CALL (e, row) {
  UNWIND row.links AS link
  MERGE (other:Entity {tenant: $tenant, customer: $customer, id: link.entity})
  CREATE (e)-[:$(link.type)]->(other)
}
CALL (e, row) {
  WITH e, row WHERE row.is_customer
  MATCH (c:Customer {tenant: $tenant, customer: $customer})
  SET c.name = e.name
  MERGE (c)-[:IS]->(e)
}"""
# A fact that is there stays as it is.
WRITE_FACTS: LiteralString = """
UNWIND $parts.facts AS row
OPTIONAL MATCH (known:Fact {tenant: $tenant, customer: $customer, id: row.id})
WITH row, known WHERE known IS NULL
CREATE (f:Fact {tenant: $tenant, customer: $customer, id: row.id, seq: row.seq})
SET f += row.properties
MERGE (subject:Entity {tenant: $tenant, customer: $customer, id: row.subject})
CREATE (f)-[:SUBJECT]->(subject)
WITH f, row, subject
CALL (f, row, subject) {
  WITH f, row, subject WHERE row.object IS NOT NULL
  MERGE (object:Entity {tenant: $tenant, customer: $customer, id: row.object})
  CREATE (f)-[:OBJECT]->(object)
  CREATE (subject)-[edge:$(row.relationship)]->(object)
  SET edge = row.edge
}
CALL (f, row) { MATCH (t:Turn {tenant: $tenant, customer: $customer, id: row.turn}) CREATE (f)-[:SAID_IN]->(t) }
CALL (f, row) {
  WITH f, row WHERE row.said_by IS NOT NULL
  MERGE (speaker:Entity {tenant: $tenant, customer: $customer, id: row.said_by})
  CREATE (f)-[:SAID_BY]->(speaker)
}"""
END_FACTS: LiteralString = """
UNWIND $parts.ends AS row
MATCH (f:Fact {tenant: $tenant, customer: $customer, id: row.id})
SET f += row.properties
WITH f, row
CALL (f, row) {
  MATCH (f)-[:SUBJECT]->(subject), (f)-[:OBJECT]->(object)
  MATCH (subject)-[edge]->(object) WHERE edge.fact = row.id
  SET edge.valid_to = row.properties.valid_to, edge.retracted_at = row.properties.retracted_at
}"""
REPLACE_FACTS: LiteralString = """
UNWIND $parts.replaced AS row
MATCH (new:Fact {tenant: $tenant, customer: $customer, id: row.new})
MATCH (old:Fact {tenant: $tenant, customer: $customer, id: row.old})
MERGE (new)-[:REPLACES]->(old)"""
WRITE_GOALS: LiteralString = """
MATCH (c:Customer {tenant: $tenant, customer: $customer})
UNWIND $parts.goals AS row
MERGE (g:Goal {tenant: $tenant, customer: $customer, id: row.id})
SET g += row.properties, g.seq = coalesce(g.seq, row.seq)
MERGE (c)-[:HAS_GOAL]->(g)
WITH g, row
CALL (g, row) { MATCH (t:Turn {tenant: $tenant, customer: $customer, id: row.turn}) MERGE (g)-[:STARTED_IN]->(t) }"""
WRITE_ACTS: LiteralString = """
MATCH (c:Customer {tenant: $tenant, customer: $customer})
UNWIND $parts.acts AS row
MERGE (a:Act {tenant: $tenant, customer: $customer, id: row.id})
ON CREATE SET a += row.properties, a.seq = row.seq
MERGE (c)-[:HAS_ACT]->(a)"""

# All of a commit in one message; a part without rows does nothing. The parts are one map, since Neo4j plans a query anew for lists of
# other lengths, and this one takes long to plan.
WRITE: LiteralString = f"""
CALL () {{ {ADVANCE} }}
CALL () {{ {WRITE_SESSIONS} }}
CALL () {{ {WRITE_ENTITIES} }}
CALL () {{ {WRITE_TURNS} }}
CALL () {{ {WRITE_FACTS} }}
CALL () {{ {END_FACTS} }}
CALL () {{ {REPLACE_FACTS} }}
CALL () {{ {WRITE_GOALS} }}
CALL () {{ {WRITE_ACTS} }}"""

MARK_INDEXED: LiteralString = """
UNWIND $ids AS id
MATCH (t:Turn {tenant: $tenant, customer: $customer, id: id})
SET t.indexed = CASE WHEN t.waiting THEN null ELSE true END
REMOVE t.to_index"""
UNMARK_INDEXED: LiteralString = """
MATCH (t:Turn)
WHERE t.tenant = $tenant AND t.customer = $customer AND t.place >= 0 AND t.seq IS NOT NULL AND t.indexed
SET t.to_index = true
REMOVE t.indexed
RETURN count(t)"""
# The properties are read under the lock, as a whole: single ones might be taken from before it. No row for an unknown customer.
LEASE: LiteralString = f"""
MATCH (c:Customer {{tenant: $tenant, customer: $customer}})
SET c.held = true
REMOVE c.held
WITH c, c {{.*}} AS now
WITH c, now.until IS NULL OR now.holder = $holder OR now.until <= $now AS free
CALL (c, free) {{ WITH c WHERE free SET c.holder = $holder, c.until = $until }}
RETURN free, c {{.*}}, {ADDRESSES}, COLLECT {{ {WAITING} }}"""
RELEASE: LiteralString = """
MATCH (c:Customer {tenant: $tenant, customer: $customer})
SET c.held = true
REMOVE c.held
WITH c WHERE c.holder = $holder
REMOVE c.holder, c.until"""
