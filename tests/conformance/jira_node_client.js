// Works on the sandbox at the URL that it is given, in both versions of the API; prints one line of JSON.
const { Version2Client, Version3Client } = require("jira.js");

async function work(client, description) {
  const who = (await client.myself.getCurrentUser()).displayName;
  const projects = (await client.projects.searchProjects()).values.map((each) => each.key);
  const draft = (summary) => ({ project: { key: "INVEST" }, issuetype: { name: "Task" }, summary, description });
  const made = [];
  for (const summary of ["One", "Two", "Three"]) {
    made.push(await client.issues.createIssue({ fields: draft(summary) }));
  }
  const [issueIdOrKey, other] = made.map((each) => each.key);
  const jql = `key in (${made.map((each) => each.key)})`;
  const query = { jql, maxResults: 2, fields: ["summary"] };
  const page = await client.issueSearch.searchForIssuesUsingJqlEnhancedSearchPost(query);
  const rest = await client.issueSearch.searchForIssuesUsingJqlEnhancedSearch(
    { ...query, nextPageToken: page.nextPageToken });
  const titles = [...page.issues, ...rest.issues].map((each) => each.fields.summary);
  await client.issues.editIssue({ issueIdOrKey, fields: { summary: "Uno" } });
  const accountId = (await client.userSearch.findUsers({ query: "Lena" }))[0].accountId;
  await client.issues.assignIssue({ issueIdOrKey, accountId });
  const moves = (await client.issues.getTransitions({ issueIdOrKey })).transitions;
  await client.issues.doTransition(
    { issueIdOrKey, transition: { id: moves.find((each) => each.to.name === "Done").id } });
  await client.issueComments.addComment({ issueIdOrKey, comment: description });
  await client.issueLinks.linkIssues(
    { type: { name: "Blocks" }, inwardIssue: { key: issueIdOrKey }, outwardIssue: { key: other } });
  await client.issueRemoteLinks.createOrUpdateRemoteIssueLink(
    { issueIdOrKey, globalId: "room", object: { url: "https://room.example/1", title: "Room" } });
  const pages = await client.issueRemoteLinks.getRemoteIssueLinks({ issueIdOrKey });
  await client.issueProperties.setIssueProperty({ issueIdOrKey, propertyKey: "mine", propertyValue: { a: 1 } });
  const property = await client.issueProperties.getIssueProperty({ issueIdOrKey, propertyKey: "mine" });
  await client.issueWatchers.addWatcher({ issueIdOrKey, accountId });
  const watchers = (await client.issueWatchers.getIssueWatchers({ issueIdOrKey })).watchers;
  const { fields } = await client.issues.getIssue({ issueIdOrKey });
  await client.issues.deleteIssue({ issueIdOrKey });
  const gone = await client.issues.getIssue({ issueIdOrKey }).then(() => 200, (problem) => problem.status);
  return {
    who, projects, titles, pages: pages.map((each) => each.object.title), property: property.value,
    watching: watchers.some((each) => each.accountId === accountId), gone,
    summary: fields.summary, description: fields.description,
    comments: fields.comment.comments.map((each) => each.body),
    status: fields.status.name, assignee: fields.assignee.displayName, links: fields.issuelinks.length,
  };
}

async function main(host) {
  const settings = { host, authentication: { basic: { email: "sandbox@example.com", apiToken: "sandbox" } } };
  const text = "A line\n\nand another";
  const paragraph = { type: "paragraph", content: [{ type: "text", text: "Words" }] };
  const older = await work(new Version2Client(settings), text);
  const newer = await work(new Version3Client(settings), { type: "doc", version: 1, content: [paragraph] });
  console.log(JSON.stringify({ older, newer }));
}

main(process.argv[2]).catch((problem) => {
  console.error(problem);
  process.exit(1);
});
