-- sysbench's own cost: an event that does nothing; and one that draws a key and formats it.
if sysbench.cmdline.command ~= nil then
    sysbench.cmdline.options = { key = { "draw a key and format it", false } }
end

function event()
    if sysbench.opt.key then
        local statement = string.format("%d", sysbench.rand.default(1, 100000))
        return statement == nil
    end
end
