namespace LuaReactor.Scripting.Interop;

/// <summary>The few lines of Lua the border cannot do without: they run what C# must not.</summary>
internal static class Prelude
{
    /// <summary>
    /// Returns the metatable of error boxes, the message handler used when the host gives none,
    /// and what makes the <c>__index</c> of types with properties.
    /// </summary>
    /// <remarks>
    /// The globals are taken once, here: a script may replace its own. <c>error</c> is not called in tail position,
    /// since the box's levels count on this function's frame. The handler leaves out of a traceback the two lines that
    /// are there only because an error passed through a box.
    /// </remarks>
    public static ReadOnlySpan<byte> Code => """
        local error, type, tostring, pcall = error, type, tostring, pcall
        local traceback, gsub = debug.traceback, string.gsub

        local box = {
          __close = function(self) error(self[1], self[2]) end,
        }

        local function explain(e)
          if type(e) ~= "string" then
            local ok, text = pcall(tostring, e)
            e = ok and text or "(error object is a " .. type(e) .. " value)"
          end
          return (gsub(traceback(e, 2), "\n\t%[C%]: in function 'error'\n\tborder:%d+: in [^\n]*", ""))
        end

        local function indexer(methods, property)
          return function(object, key)
            local method = methods[key]
            if method ~= nil then return method end
            return property(object, key)
          end
        end

        return box, explain, indexer
        """u8;
}
