-- sysbench's own cost: an event that does nothing, or with --key=on draws a key and formats a statement with it.
sysbench.cmdline.options = { key = { "draw a key and format it", false } }

local length = 0

function event()
    if sysbench.opt.key then
        length = length + #string.format("SELECT c FROM sbtest1 WHERE id=%d", sysbench.rand.default(1, 100000))
    end
end
