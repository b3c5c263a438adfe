-- What a protocol that keeps bytes back needs to be paused: mixed into those that frame what they get.

---@class PauseableMixin
---@field paused boolean
local PauseableMixin = { paused = false }

---Hands out nothing more and reads nothing more, until `resumeProducing`.
function PauseableMixin:pauseProducing()
  self.paused = true
  self.transport:pauseProducing()
end

---Reads again, and hands out what was kept back.
function PauseableMixin:resumeProducing()
  self.paused = false
  self.transport:resumeProducing()
  self:dataReceived("")
end

---Hands out nothing more and reads nothing more, for good.
function PauseableMixin:stopProducing()
  self.paused = true
  self.transport:stopProducing()
end

return PauseableMixin
