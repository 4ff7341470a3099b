-- Neovim's own client, without any plugin: opens a file, waits for diagnostics, takes a quick fix and "fix all", and
-- writes what came of it. usage: nvim --headless -u NONE -l is not in old versions: nvim --headless -u NONE -S this
local ferry = os.getenv("FERRY")
local file = os.getenv("FERRY_FILE")

local function fail(what)
  io.stderr:write("FAILED: " .. what .. "\n")
  vim.cmd("cquit 1")
end

local function wait(what, holds)
  if not vim.wait(60000, holds, 20) then fail("no " .. what) end
end

vim.cmd("edit " .. vim.fn.fnameescape(file))
-- [start]
local client = vim.lsp.start_client({
  name = "ferry",
  cmd = { ferry, "lsp" },
  root_dir = vim.fn.getcwd(),
})
vim.lsp.buf_attach_client(0, client)
-- [start]

wait("diagnostics", function() return #vim.diagnostic.get(0) > 0 end)
local codes = {}
for _, found in ipairs(vim.diagnostic.get(0)) do
  if found.source ~= "ferry" then fail("a diagnostic of " .. tostring(found.source)) end
  table.insert(codes, found.code or found.user_data.lsp.code)
end
print(table.concat(codes, " "))

-- Makes the edits of the actions that a request gives.
local function act(kind, line, pick)
  local params = {
    textDocument = vim.lsp.util.make_text_document_params(0),
    range = { start = { line = line, character = 0 }, ["end"] = { line = line, character = 1000 } },
    context = { diagnostics = {}, only = { kind } },
  }
  local answers, problem = vim.lsp.buf_request_sync(0, "textDocument/codeAction", params, 60000)
  if problem then fail(problem) end
  local answer = answers[client]
  if answer.error then fail(answer.error.message) end
  local action = pick(answer.result)
  if not action then fail("no action") end
  print(action.title)
  vim.lsp.util.apply_workspace_edit(action.edit, vim.lsp.get_client_by_id(client).offset_encoding)
end

act("quickfix", 2, function(actions) return actions[1] end)
act("source.fixAll.ferry", 0, function(actions) return actions[1] end)
wait("end of safe findings", function()
  for _, found in ipairs(vim.diagnostic.get(0)) do
    if (found.code or found.user_data.lsp.code) == "MOCK-01" then return false end
  end
  return true
end)
vim.cmd("write")
vim.lsp.stop_client(client)
wait("end of the server", function() return vim.lsp.client_is_stopped(client) end)
vim.cmd("qall!")
