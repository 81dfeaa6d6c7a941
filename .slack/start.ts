/**
 * The Slack CLI's hook `start`, for `slack run`: the app in Socket Mode with the tokens of the development app that the CLI
 * has made; everything else comes from `.env`.
 */
const { SLACK_CLI_XAPP, SLACK_CLI_XOXB } = process.env;
if (SLACK_CLI_XAPP) process.env.SLACK_APP_TOKEN = SLACK_CLI_XAPP;
if (SLACK_CLI_XOXB) process.env.SLACK_BOT_TOKEN = SLACK_CLI_XOXB;
await import("#src/main.ts");
