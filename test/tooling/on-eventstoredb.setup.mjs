// The stories are told once more, with their events on a server that speaks EventStoreDB's protocol.
process.env.GREFFE_TEST_STORE = 'eventstoredb';
