// Works on the sandbox at the URL that it is given, through the vendor's client library; prints one line of JSON.
const azure = require("azure-devops-node-api");

async function main(url) {
  const connection = new azure.WebApi(url, azure.getPersonalAccessTokenHandler("sandbox"));
  const who = (await connection.connect()).authenticatedUser.providerDisplayName;
  const projects = (await (await connection.getCoreApi()).getProjects()).map((each) => each.name);
  const items = await connection.getWorkItemTrackingApi();
  const title = (text) => ({ op: "add", path: "/fields/System.Title", value: text });
  const child = await items.createWorkItem({}, [title("Child")], "INVEST", "Task");
  const below = { rel: "System.LinkTypes.Hierarchy-Forward", url: child.url };
  const parent = await items.createWorkItem(
    {}, [title("Parent"), { op: "add", path: "/relations/-", value: below }], "INVEST", "Epic");
  const relations = (await items.getWorkItem(child.id, undefined, undefined, 1)).relations.map((each) => each.rel);
  const query = { query: "SELECT [System.Id] FROM WorkItems WHERE [System.TeamProject] = @project" };
  const found = (await items.queryByWiql(query, { project: "INVEST" })).workItems.map((each) => each.id);
  const titles = (await items.getWorkItems([child.id, parent.id], ["System.Title"]))
    .map((each) => each.fields["System.Title"]);
  const stale = await items.updateWorkItem({}, [{ op: "test", path: "/rev", value: 9 }, title("Never")], child.id)
    .then(() => 200, (problem) => problem.statusCode);
  const comment = (await items.addComment({ text: "Hello" }, "INVEST", child.id)).text;
  const sprints = (await items.getClassificationNode("INVEST", 1, undefined, 2)).children.map((each) => each.name);
  const work = await connection.getWorkApi();
  const effort = (await work.getBacklogConfigurations({ project: "SCRUM" })).backlogFields.typeFields.Effort;
  const deleted = (await items.deleteWorkItem(child.id)).id === child.id;
  console.log(JSON.stringify({ who, projects, relations, found, titles, stale, comment, sprints, effort, deleted }));
}

main(process.argv[2]).catch((problem) => {
  console.error(problem);
  process.exit(1);
});
